//! Points, and the projective maps between a symbol's modules and its picture.

/// A place in a picture (pixels) or on a symbol (modules); pixel and module
/// centres lie at halves.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Point {
    pub x: f32,
    pub y: f32,
}

impl Point {
    pub fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    pub fn plus(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }

    pub fn minus(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }

    pub fn times(self, factor: f32) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }

    pub fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y
    }

    pub fn cross(self, other: Self) -> f32 {
        self.x * other.y - self.y * other.x
    }

    pub fn length(self) -> f32 {
        self.x.hypot(self.y)
    }
}

/// A projective map of the plane.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Projection([f32; 9]);

impl Projection {
    /// The map that takes four points to four others, none three in a line.
    pub fn between(from: [Point; 4], to: [Point; 4]) -> Option<Self> {
        let mut rows = [[0.0f64; 9]; 8];
        for (i, (from, to)) in from.iter().zip(&to).enumerate() {
            let (x, y) = (f64::from(from.x), f64::from(from.y));
            let (u, v) = (f64::from(to.x), f64::from(to.y));
            rows[2 * i] = [x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u];
            rows[2 * i + 1] = [0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v];
        }
        for column in 0..8 {
            let pivot = (column..8)
                .max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()))?;
            rows.swap(column, pivot);
            let lead = rows[column];
            if lead[column].abs() < 1e-9 {
                return None;
            }
            for row in rows.iter_mut().skip(column + 1) {
                let factor = row[column] / lead[column];
                for (cell, above) in row.iter_mut().zip(lead).skip(column) {
                    *cell -= factor * above;
                }
            }
        }
        let mut map = [1.0f64; 9];
        for i in (0..8).rev() {
            let known: f64 = (i + 1..8).map(|j| rows[i][j] * map[j]).sum();
            map[i] = (rows[i][8] - known) / rows[i][i];
        }
        map.iter()
            .all(|cell| cell.is_finite())
            .then(|| Self(map.map(|cell| cell as f32)))
    }

    /// The map of points that are first moved by `-shift` and divided by `scale`.
    pub fn scaled_input(&self, scale: f32, shift: f32) -> Self {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let row = |x: f32, y: f32, one: f32| {
            let (x, y) = (x / scale, y / scale);
            [x, y, one - (x + y) * shift]
        };
        let [[a, b, c], [d, e, f], [g, h, i]] = [row(a, b, c), row(d, e, f), row(g, h, i)];
        Self([a, b, c, d, e, f, g, h, i])
    }

    /// Where the map takes a point.
    #[inline]
    pub fn apply(&self, x: f32, y: f32) -> Point {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let w = (g * x + h * y + i).recip();
        Point::new((a * x + b * y + c) * w, (d * x + e * y + f) * w)
    }
}
