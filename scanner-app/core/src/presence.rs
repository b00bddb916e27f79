//! A code that stays before the camera is one read.
//!
//! Held until it has been out of view for a second; shown again after that it is
//! a new read. Only a frame without the code says that it is out of view: a camera
//! that is slow or stood still for a moment proves nothing, and whoever knows that
//! it was closed shows an empty frame. The entry engine knows no time window, so
//! this is the only place where one is.

use std::time::Duration;

/// How long a code has to be gone before it counts as shown again.
pub const OUT_OF_VIEW: Duration = Duration::from_secs(1);

/// The codes before one camera.
#[derive(Debug, Default)]
pub struct Presence {
    seen: Vec<Seen>,
}

/// A code that is in view, or was a moment ago.
#[derive(Debug)]
struct Seen {
    text: String,
    last: Duration,
    /// A frame after the last one with it did not have it.
    missed: bool,
}

impl Presence {
    /// Takes the codes of one frame at `now`, any clock that only rises; gives those that are
    /// newly shown, in their order.
    pub fn frame<'t>(&mut self, texts: &[&'t str], now: Duration) -> Vec<&'t str> {
        self.seen
            .retain(|seen| !seen.missed || now.saturating_sub(seen.last) < OUT_OF_VIEW);
        for seen in &mut self.seen {
            seen.missed = true;
        }
        let mut fresh = Vec::new();
        for text in texts {
            match self.seen.iter_mut().find(|seen| seen.text == *text) {
                Some(seen) => {
                    seen.last = now;
                    seen.missed = false;
                }
                None => {
                    self.seen.push(Seen {
                        text: (*text).to_owned(),
                        last: now,
                        missed: false,
                    });
                    fresh.push(*text);
                }
            }
        }
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_held_code_is_one_read_however_long() {
        let mut presence = Presence::default();
        assert_eq!(presence.frame(&["A"], at(0)), ["A"]);
        for ms in (33..10_000).step_by(33) {
            assert_eq!(presence.frame(&["A"], at(ms)), [] as [&str; 0]);
        }
    }

    #[test]
    fn a_flicker_is_no_new_read_and_a_second_away_is() {
        let mut presence = Presence::default();
        assert_eq!(presence.frame(&["A"], at(0)), ["A"]);
        assert_eq!(presence.frame(&[], at(500)), [] as [&str; 0]);
        assert_eq!(presence.frame(&["A"], at(999)), [] as [&str; 0]);
        assert_eq!(presence.frame(&[], at(1500)), [] as [&str; 0]);
        assert_eq!(presence.frame(&["A"], at(1999)), ["A"]);
    }

    #[test]
    fn a_camera_that_stood_still_makes_no_new_read() {
        let mut presence = Presence::default();
        assert_eq!(presence.frame(&["A"], at(0)), ["A"]);
        assert_eq!(presence.frame(&["A"], at(5000)), [] as [&str; 0]);
        assert_eq!(presence.frame(&[], at(5100)), [] as [&str; 0]);
        assert_eq!(presence.frame(&["A"], at(9000)), ["A"]);
    }

    #[test]
    fn codes_come_and_go_independently() {
        let mut presence = Presence::default();
        assert_eq!(presence.frame(&["A", "A"], at(0)), ["A"]);
        assert_eq!(presence.frame(&["A", "B"], at(900)), ["B"]);
        assert_eq!(presence.frame(&["B"], at(1800)), [] as [&str; 0]);
        assert_eq!(presence.frame(&["A", "B"], at(1900)), ["A"]);
    }
}
