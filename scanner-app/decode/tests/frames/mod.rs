//! Synthetic pictures of QR symbols, made from a seed.
//!
//! A scene is a textured background with flat or curved symbols on it; light,
//! optics, sensor and compression then spoil it. Nothing here is taken from
//! any public collection of test pictures.

#![allow(dead_code, reason = "each test and example uses its part")]

use fast_qr::QRBuilder;
use fast_qr::qr::QRCode;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use scanner_decode::LumaImage;

/// Ways to spoil a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Clean,
    Blur,
    Noise,
    Tilt,
    Curved,
    Glare,
    Shadow,
    LowContrast,
    Dark,
    Inverted,
    Motion,
    Small,
    ThinMargin,
    Many,
    Compressed,
    Mirrored,
    Damaged,
    Moire,
    Dense,
    Photo,
}

pub const KINDS: [Kind; 20] = [
    Kind::Clean,
    Kind::Blur,
    Kind::Noise,
    Kind::Tilt,
    Kind::Curved,
    Kind::Glare,
    Kind::Shadow,
    Kind::LowContrast,
    Kind::Dark,
    Kind::Inverted,
    Kind::Motion,
    Kind::Small,
    Kind::ThinMargin,
    Kind::Many,
    Kind::Compressed,
    Kind::Mirrored,
    Kind::Damaged,
    Kind::Moire,
    Kind::Dense,
    Kind::Photo,
];

/// A picture and the texts printed in it.
pub struct Sample {
    pub image: LumaImage,
    pub texts: Vec<String>,
}

type Point = (f64, f64);

/// A picture while it is being made, shades 0 to 255.
struct Canvas {
    width: usize,
    height: usize,
    shades: Vec<f32>,
}

/// One symbol on its paper, and where it lies.
struct Print {
    code: QRCode,
    margin: f64,
    paper: f32,
    ink: f32,
    mirrored: bool,
    /// Picture to paper; modules are the unit on paper.
    to_paper: [f64; 9],
    /// How far the paper bends, in parts of its side.
    bend: f64,
    /// Spots of lost print: centre and radius in modules.
    spots: Vec<(Point, f64)>,
}

/// The `index`th picture of a kind; equal arguments give equal pictures.
pub fn sample(kind: Kind, index: u64) -> Sample {
    match kind {
        Kind::Photo => scene(kind, index, 1600, 1200, 1),
        Kind::Many => scene(kind, index, 1280, 720, 4 + index as usize % 9),
        _ => scene(kind, index, 1280, 720, 1),
    }
}

/// A picture of a kind with `count` symbols, at most twelve.
pub fn scene(kind: Kind, index: u64, width: usize, height: usize, count: usize) -> Sample {
    let mut rng = StdRng::seed_from_u64(0x0b17_e000 + index * 64 + kind as u64);
    let mut canvas = background(width, height, &mut rng);
    let mut texts = Vec::new();
    let cells = if count <= 1 { (1, 1) } else { (4, 3) };
    let mut places: Vec<usize> = (0..cells.0 * cells.1).collect();
    for _ in 0..count {
        let place = places.swap_remove(rng.random_range(0..places.len()));
        let cell = (
            width as f64 / cells.0 as f64,
            height as f64 / cells.1 as f64,
        );
        let middle = (
            (place % cells.0) as f64 * cell.0 + cell.0 / 2.0,
            (place / cells.0) as f64 * cell.1 + cell.1 / 2.0,
        );
        let (print, text) = print(kind, middle, cell, &mut rng);
        draw(&mut canvas, &print);
        texts.push(text);
    }
    spoil(kind, &mut canvas, &mut rng);
    let image = LumaImage::new(width, height, canvas.bytes()).expect("the sides are the canvas's");
    let image = match kind {
        Kind::Compressed => compress(&image, rng.random_range(8..20)),
        Kind::Photo => compress(&image, rng.random_range(40..85)),
        _ => compress(&image, 75),
    };
    Sample { image, texts }
}

/// A picture without any symbol.
pub fn empty_scene(index: u64) -> LumaImage {
    let mut rng = StdRng::seed_from_u64(0xe000 + index);
    let mut canvas = background(1280, 720, &mut rng);
    let sigma = rng.random_range(2.0..8.0);
    noise(&mut canvas, sigma, &mut rng);
    compress(
        &LumaImage::new(1280, 720, canvas.bytes()).expect("the sides are the canvas's"),
        75,
    )
}

/// A poster full of finder patterns, `step` pixels apart.
pub fn finder_poster(width: usize, height: usize, module: usize, step: usize) -> LumaImage {
    let ring = |x: usize, y: usize| {
        let far = (x as i32 - 3).abs().max((y as i32 - 3).abs());
        far != 2 && far <= 3
    };
    let bytes = (0..width * height)
        .map(|at| {
            let (x, y) = (at % width % step / module, at / width % step / module);
            if ring(x, y) { 0 } else { 255 }
        })
        .collect();
    LumaImage::new(width, height, bytes).expect("the sides are the caller's")
}

/// A plain upright symbol, `scale` pixels a module, on white.
pub fn plain(text: &str, scale: usize, margin: usize) -> LumaImage {
    let code = QRBuilder::new(text)
        .build()
        .expect("the text fits a symbol");
    drawn(&code, scale, margin)
}

/// A symbol, `scale` pixels a module, on white.
pub fn drawn(code: &QRCode, scale: usize, margin: usize) -> LumaImage {
    let side = (code.size + 2 * margin) * scale;
    let inside = margin..code.size + margin;
    let bytes = (0..side * side)
        .map(|at| {
            let (x, y) = (at % side / scale, at / side / scale);
            let ink =
                inside.contains(&x) && inside.contains(&y) && code[y - margin][x - margin].value();
            if ink { 0 } else { 255 }
        })
        .collect();
    LumaImage::new(side, side, bytes).expect("the side is the symbol's")
}

fn random_text(length: usize, rng: &mut StdRng) -> String {
    const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    (0..length)
        .map(|_| char::from(LETTERS[rng.random_range(0..LETTERS.len())]))
        .collect::<String>()
        .trim()
        .to_owned()
}

fn print(kind: Kind, middle: Point, cell: Point, rng: &mut StdRng) -> (Print, String) {
    let length = match kind {
        Kind::Dense => rng.random_range(250..600),
        Kind::Many => rng.random_range(8..60),
        _ => rng.random_range(10..190),
    };
    let ecl = [fast_qr::ECL::L, fast_qr::ECL::M, fast_qr::ECL::Q][rng.random_range(0..3)];
    let text = format!("TK{}", random_text(length, rng));
    let code = QRBuilder::new(text.as_str())
        .ecl(ecl)
        .build()
        .expect("the text fits a symbol");
    let margin = match kind {
        Kind::ThinMargin => 1.0,
        Kind::Many => 3.0,
        _ => rng.random_range(2.0..5.0),
    };
    let modules = code.size as f64 + 2.0 * margin;
    let room = cell.0.min(cell.1) * 0.66;
    let pixels = match kind {
        Kind::Small => rng.random_range(1.6..2.6),
        Kind::Dense => rng.random_range(2.6..4.5),
        Kind::Blur => rng.random_range(5.0..9.0),
        Kind::Noise => rng.random_range(3.0..7.0),
        Kind::Photo => rng.random_range(2.2..12.0),
        _ => rng.random_range(2.8..9.0),
    };
    let side = (modules * pixels).min(room);
    let tilt = match kind {
        Kind::Tilt => rng.random_range(30.0..55.0f64),
        Kind::Photo => rng.random_range(0.0..35.0),
        _ => rng.random_range(0.0..10.0),
    };
    let turn = match kind {
        Kind::Moire | Kind::Clean => rng.random_range(-10.0..10.0f64),
        _ => rng.random_range(0.0..360.0),
    };
    let corners = seen_corners(middle, side, tilt, rng.random_range(0.0..360.0), turn);
    let mirrored = kind == Kind::Mirrored;
    let (paper, ink) = match kind {
        Kind::Inverted => (rng.random_range(0.0..40.0), rng.random_range(180.0..255.0)),
        _ => (rng.random_range(200.0..250.0), rng.random_range(5.0..60.0)),
    };
    let spots = if kind == Kind::Damaged {
        (0..rng.random_range(1..4))
            .map(|_| {
                let at = || 9.0..code.size as f64 - 2.0;
                let centre = (rng.random_range(at()), rng.random_range(at()));
                (centre, code.size as f64 * rng.random_range(0.03..0.07))
            })
            .collect()
    } else {
        Vec::new()
    };
    let bend = if kind == Kind::Curved {
        rng.random_range(0.015..0.06)
    } else {
        0.0
    };
    let to_paper = homography(
        corners,
        [
            (0.0, 0.0),
            (modules, 0.0),
            (modules, modules),
            (0.0, modules),
        ],
    );
    let print = Print {
        code,
        margin,
        paper,
        ink,
        mirrored,
        to_paper,
        bend,
        spots,
    };
    (print, text)
}

/// Where the corners of a square of `side` land when it is turned in its plane,
/// then tilted about an axis, and seen from four sides away.
fn seen_corners(middle: Point, side: f64, tilt: f64, axis: f64, turn: f64) -> [Point; 4] {
    let (tilt, axis, turn) = (tilt.to_radians(), axis.to_radians(), turn.to_radians());
    let half = side / 2.0;
    [(-half, -half), (half, -half), (half, half), (-half, half)].map(|(x, y)| {
        let (x, y) = (
            x * turn.cos() - y * turn.sin(),
            x * turn.sin() + y * turn.cos(),
        );
        let (u, v) = (
            x * axis.cos() + y * axis.sin(),
            -x * axis.sin() + y * axis.cos(),
        );
        let depth = 1.0 + v * tilt.sin() / (4.0 * side);
        let (u, v) = (u / depth, v * tilt.cos() / depth);
        (
            middle.0 + u * axis.cos() - v * axis.sin(),
            middle.1 + u * axis.sin() + v * axis.cos(),
        )
    })
}

/// The projective map that takes four points to four others.
fn homography(from: [Point; 4], to: [Point; 4]) -> [f64; 9] {
    let mut rows = [[0.0f64; 9]; 8];
    for (i, ((x, y), (u, v))) in from.into_iter().zip(to).enumerate() {
        rows[2 * i] = [x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u];
        rows[2 * i + 1] = [0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v];
    }
    for column in 0..8 {
        let pivot = (column..8)
            .max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()))
            .expect("the range is not empty");
        rows.swap(column, pivot);
        let lead = rows[column];
        for (i, row) in rows.iter_mut().enumerate() {
            if i != column {
                let factor = row[column] / lead[column];
                for (cell, above) in row.iter_mut().zip(lead) {
                    *cell -= factor * above;
                }
            }
        }
    }
    std::array::from_fn(|i| if i == 8 { 1.0 } else { rows[i][8] / rows[i][i] })
}

fn background(width: usize, height: usize, rng: &mut StdRng) -> Canvas {
    let base = rng.random_range(80.0..190.0f32);
    let slope = (
        rng.random_range(-60.0..60.0f32),
        rng.random_range(-60.0..60.0f32),
    );
    let mut canvas = Canvas {
        width,
        height,
        shades: vec![0.0; width * height],
    };
    for y in 0..height {
        for x in 0..width {
            canvas.shades[y * width + x] = base
                + slope.0 * (x as f32 / width as f32 - 0.5)
                + slope.1 * (y as f32 / height as f32 - 0.5);
        }
    }
    for _ in 0..rng.random_range(10..60) {
        let shade = rng.random_range(0.0..255.0f32);
        let (w, h) = (rng.random_range(4..260), rng.random_range(4..200));
        let (left, top) = (rng.random_range(0..width), rng.random_range(0..height));
        let striped = rng.random_bool(0.3);
        let pitch = rng.random_range(3..20);
        for y in top..(top + h).min(height) {
            for x in left..(left + w).min(width) {
                if !striped || (x / pitch + y / (2 * pitch)) % 2 == 0 {
                    canvas.shades[y * width + x] = shade;
                }
            }
        }
    }
    canvas
}

fn draw(canvas: &mut Canvas, print: &Print) {
    const FINE: usize = 3;
    let side = print.code.size as f64 + 2.0 * print.margin;
    for y in 0..canvas.height {
        for x in 0..canvas.width {
            let (mut sum, mut covered) = (0.0, 0);
            for sub in 0..FINE * FINE {
                let at = (
                    x as f64 + ((sub % FINE) as f64 + 0.5) / FINE as f64,
                    y as f64 + ((sub / FINE) as f64 + 0.5) / FINE as f64,
                );
                let (mut u, mut v) = project(&print.to_paper, at);
                v += print.bend * side * (1.0 - (2.0 * u / side - 1.0).powi(2));
                if print.mirrored {
                    u = side - u;
                }
                if (0.0..side).contains(&u) && (0.0..side).contains(&v) {
                    covered += 1;
                    sum += print.shade(u - print.margin, v - print.margin);
                } else if sub == 0 && !near(u, side) | !near(v, side) {
                    break;
                }
            }
            if covered > 0 {
                let shade = &mut canvas.shades[y * canvas.width + x];
                let share = covered as f32 / (FINE * FINE) as f32;
                *shade = *shade * (1.0 - share) + sum / (FINE * FINE) as f32;
            }
        }
    }
}

fn near(at: f64, side: f64) -> bool {
    (-2.0..side + 2.0).contains(&at)
}

impl Print {
    fn shade(&self, u: f64, v: f64) -> f32 {
        let size = self.code.size;
        if u < 0.0 || v < 0.0 || u >= size as f64 || v >= size as f64 {
            return self.paper;
        }
        if self
            .spots
            .iter()
            .any(|((x, y), r)| (u - x).hypot(v - y) < *r)
        {
            return (self.paper + self.ink) / 2.0;
        }
        if self.code[v as usize][u as usize].value() {
            self.ink
        } else {
            self.paper
        }
    }
}

fn project(map: &[f64; 9], (x, y): Point) -> Point {
    let w = map[6] * x + map[7] * y + map[8];
    (
        (map[0] * x + map[1] * y + map[2]) / w,
        (map[3] * x + map[4] * y + map[5]) / w,
    )
}

fn spoil(kind: Kind, canvas: &mut Canvas, rng: &mut StdRng) {
    let mut sensor_noise = 3.0;
    let mut blur_radius = 0.6;
    match kind {
        Kind::Blur => blur_radius = rng.random_range(1.5..4.0),
        Kind::Noise => sensor_noise = rng.random_range(25.0..60.0),
        Kind::Glare => glare(canvas, rng),
        Kind::Shadow => shadow(canvas, rng),
        Kind::LowContrast => squeeze(
            canvas,
            rng.random_range(0.06..0.16),
            rng.random_range(60.0..180.0),
        ),
        Kind::Dark => {
            squeeze(canvas, rng.random_range(0.08..0.2), 2.0);
            sensor_noise = rng.random_range(2.0..5.0);
        }
        Kind::Motion => motion(canvas, rng.random_range(3..9), rng.random_range(0.0..180.0)),
        Kind::Moire => moire(canvas, rng),
        Kind::Photo => {
            blur_radius = rng.random_range(0.5..2.2);
            sensor_noise = rng.random_range(3.0..16.0);
            if rng.random_bool(0.5) {
                shadow(canvas, rng);
            }
            let keep = rng.random_range(0.25..1.0);
            let lift = rng.random_range(5.0..50.0);
            squeeze(canvas, keep, lift);
        }
        _ => {}
    }
    blur(canvas, blur_radius);
    noise(canvas, sensor_noise, rng);
}

fn squeeze(canvas: &mut Canvas, factor: f32, lift: f32) {
    for shade in &mut canvas.shades {
        *shade = *shade * factor + lift;
    }
}

fn shadow(canvas: &mut Canvas, rng: &mut StdRng) {
    let angle = rng.random_range(0.0..std::f32::consts::TAU);
    let (sin, cos) = angle.sin_cos();
    let middle = (
        canvas.width as f32 * rng.random_range(0.4..0.6),
        canvas.height as f32 * rng.random_range(0.4..0.6),
    );
    let depth = rng.random_range(0.15..0.5);
    let soft = rng.random_range(2.0..60.0f32);
    canvas.each(|x, y, shade| {
        let across = (x - middle.0) * cos + (y - middle.1) * sin;
        let lit = 1.0 / (1.0 + (-across / soft).exp());
        shade * (depth + (1.0 - depth) * lit)
    });
}

fn glare(canvas: &mut Canvas, rng: &mut StdRng) {
    let middle = (
        canvas.width as f32 * rng.random_range(0.35..0.65),
        canvas.height as f32 * rng.random_range(0.3..0.7),
    );
    let radius = rng.random_range(30.0..110.0f32);
    let power = rng.random_range(120.0..330.0f32);
    canvas.each(|x, y, shade| {
        let far = ((x - middle.0).powi(2) + (y - middle.1).powi(2)) / (2.0 * radius * radius);
        shade + power * (-far).exp()
    });
}

fn moire(canvas: &mut Canvas, rng: &mut StdRng) {
    let (fx, fy) = (rng.random_range(0.5..2.9f32), rng.random_range(0.2..2.9f32));
    let depth = rng.random_range(10.0..35.0f32);
    canvas.each(|x, y, shade| shade + depth * (x * fx + y * fy).sin());
}

fn motion(canvas: &mut Canvas, length: i32, angle: f32) {
    let (sin, cos) = angle.to_radians().sin_cos();
    let before = canvas.shades.clone();
    let (width, height) = (canvas.width as i32, canvas.height as i32);
    canvas.each(|x, y, _| {
        let sum: f32 = (0..length)
            .map(|i| {
                let off = i as f32 - length as f32 / 2.0;
                let sx = ((x + off * cos) as i32).clamp(0, width - 1);
                let sy = ((y + off * sin) as i32).clamp(0, height - 1);
                before[(sy * width + sx) as usize]
            })
            .sum();
        sum / length as f32
    });
}

/// Three box blurs, close to a Gaussian of the given deviation.
fn blur(canvas: &mut Canvas, sigma: f32) {
    let reach = (3.0 * sigma).ceil() as i32;
    let weights: Vec<f32> = (-reach..=reach)
        .map(|i| (-(i * i) as f32 / (2.0 * sigma * sigma)).exp())
        .collect();
    let total: f32 = weights.iter().sum();
    let (width, height) = (canvas.width as i32, canvas.height as i32);
    for (dx, dy) in [(1, 0), (0, 1)] {
        let before = canvas.shades.clone();
        canvas.each(|x, y, _| {
            let (x, y) = (x as i32, y as i32);
            let sum: f32 = weights
                .iter()
                .zip(-reach..=reach)
                .map(|(weight, i)| {
                    let sx = (x + i * dx).clamp(0, width - 1);
                    let sy = (y + i * dy).clamp(0, height - 1);
                    weight * before[(sy * width + sx) as usize]
                })
                .sum();
            sum / total
        });
    }
}

fn noise(canvas: &mut Canvas, sigma: f32, rng: &mut StdRng) {
    for shade in &mut canvas.shades {
        // Four uniform draws are close enough to a Gaussian.
        let draw: f32 = (0..4).map(|_| rng.random_range(-1.0..1.0f32)).sum();
        *shade += draw * sigma * 0.866;
    }
}

impl Canvas {
    fn each(&mut self, shade: impl Fn(f32, f32, f32) -> f32) {
        for y in 0..self.height {
            for x in 0..self.width {
                let at = &mut self.shades[y * self.width + x];
                *at = shade(x as f32, y as f32, *at);
            }
        }
    }

    fn bytes(&self) -> Vec<u8> {
        self.shades
            .iter()
            .map(|shade| shade.round().clamp(0.0, 255.0) as u8)
            .collect()
    }
}

fn compress(image: &LumaImage, quality: u8) -> LumaImage {
    let mut file = Vec::new();
    let (width, height) = (image.width(), image.height());
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut file, quality)
        .encode(
            image.bytes(),
            width as u32,
            height as u32,
            image::ExtendedColorType::L8,
        )
        .expect("memory can be written");
    let grey = image::load_from_memory(&file)
        .expect("the file was just written")
        .into_luma8();
    LumaImage::new(width, height, grey.into_raw()).expect("the sides did not change")
}
