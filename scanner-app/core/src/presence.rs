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
    /// Notes at `now`, any clock that only rises, that these codes are in view: those that were
    /// shown before go on being held.
    pub fn hold(&mut self, texts: &[&str], now: Duration) {
        self.seen
            .retain(|seen| !seen.missed || now.saturating_sub(seen.last) < OUT_OF_VIEW);
        for seen in &mut self.seen {
            seen.missed = !texts.contains(&seen.text.as_str());
            if !seen.missed {
                seen.last = now;
            }
        }
    }

    /// Takes one of the codes in view at `now`; whether it is newly shown.
    pub fn show(&mut self, text: &str, now: Duration) -> bool {
        let fresh = !self.seen.iter().any(|seen| seen.text == text);
        if fresh {
            self.seen.push(Seen {
                text: text.to_owned(),
                last: now,
                missed: false,
            });
        }
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame<'t>(presence: &mut Presence, texts: &[&'t str], now: Duration) -> Vec<&'t str> {
        presence.hold(texts, now);
        let fresh = texts.iter().filter(|text| presence.show(text, now));
        fresh.copied().collect()
    }

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_held_code_is_one_read_however_long() {
        let mut presence = Presence::default();
        assert_eq!(frame(&mut presence, &["A"], at(0)), ["A"]);
        for ms in (33..10_000).step_by(33) {
            assert_eq!(frame(&mut presence, &["A"], at(ms)), [] as [&str; 0]);
        }
    }

    #[test]
    fn a_flicker_is_no_new_read_and_a_second_away_is() {
        let mut presence = Presence::default();
        assert_eq!(frame(&mut presence, &["A"], at(0)), ["A"]);
        assert_eq!(frame(&mut presence, &[], at(500)), [] as [&str; 0]);
        assert_eq!(frame(&mut presence, &["A"], at(999)), [] as [&str; 0]);
        assert_eq!(frame(&mut presence, &[], at(1500)), [] as [&str; 0]);
        assert_eq!(frame(&mut presence, &["A"], at(1999)), ["A"]);
    }

    #[test]
    fn a_camera_that_stood_still_makes_no_new_read() {
        let mut presence = Presence::default();
        assert_eq!(frame(&mut presence, &["A"], at(0)), ["A"]);
        assert_eq!(frame(&mut presence, &["A"], at(5000)), [] as [&str; 0]);
        assert_eq!(frame(&mut presence, &[], at(5100)), [] as [&str; 0]);
        assert_eq!(frame(&mut presence, &["A"], at(9000)), ["A"]);
    }

    #[test]
    fn codes_come_and_go_independently() {
        let mut presence = Presence::default();
        assert_eq!(frame(&mut presence, &["A", "A"], at(0)), ["A"]);
        assert_eq!(frame(&mut presence, &["A", "B"], at(900)), ["B"]);
        assert_eq!(frame(&mut presence, &["B"], at(1800)), [] as [&str; 0]);
        assert_eq!(frame(&mut presence, &["A", "B"], at(1900)), ["A"]);
    }
}
