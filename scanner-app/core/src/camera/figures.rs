//! What a screen shows of a camera: frames a second, time for each, frames left out.

use std::collections::VecDeque;
use std::time::Duration;

use serde::Serialize;

/// Frames are counted over this long.
const WINDOW: Duration = Duration::from_secs(2);

/// How a camera is doing.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Figures {
    /// Pictures that came, a second.
    pub frames_per_second: f64,
    /// Milliseconds for reading one picture, of late.
    pub decode_ms: f64,
    /// Pictures read.
    pub read: u64,
    /// Pictures that a newer one replaced before they were read.
    pub dropped: u64,
}

/// Counts as pictures come and are read.
#[derive(Debug, Default)]
pub(super) struct Counting {
    came: VecDeque<Duration>,
    decode: Option<Duration>,
    read: u64,
    dropped: u64,
}

impl Counting {
    pub(super) fn came(&mut self, now: Duration, dropped: bool) {
        self.forget(now);
        self.came.push_back(now);
        self.dropped += u64::from(dropped);
    }

    pub(super) fn read(&mut self, took: Duration) {
        self.read += 1;
        // A picture weighs an eighth: some frames are hard, and one is not the camera.
        self.decode = Some(match self.decode {
            None => took,
            Some(known) => (known * 7 + took) / 8,
        });
    }

    pub(super) fn figures(&mut self, now: Duration) -> Figures {
        self.forget(now);
        let span = WINDOW.min(now).as_secs_f64().max(f64::EPSILON);
        Figures {
            frames_per_second: self.came.len() as f64 / span,
            decode_ms: self.decode.unwrap_or_default().as_secs_f64() * 1000.0,
            read: self.read,
            dropped: self.dropped,
        }
    }

    fn forget(&mut self, now: Duration) {
        let old = |at: &Duration| now.saturating_sub(*at) > WINDOW;
        while self.came.front().is_some_and(old) {
            self.came.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_counted_over_the_last_moments() {
        let mut counting = Counting::default();
        let start = Duration::from_secs(100);
        for frame in 0..90_u32 {
            counting.came(start + frame * Duration::from_millis(50), frame % 3 == 0);
            counting.read(Duration::from_millis(8));
        }
        let last = start + 89 * Duration::from_millis(50);
        let figures = counting.figures(last);
        assert!(
            (figures.frames_per_second - 20.0).abs() < 1.0,
            "{figures:?}"
        );
        assert!((figures.decode_ms - 8.0).abs() < 0.1, "{figures:?}");
        assert_eq!((figures.read, figures.dropped), (90, 30));
        let later = counting.figures(last + Duration::from_secs(5));
        assert_eq!(later.frames_per_second, 0.0);
    }
}
