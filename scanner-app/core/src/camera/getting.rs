//! The thread that gets pictures: opens the source, passes on what comes, opens it again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;

use decode::LumaImage;

use super::reader::{Shared, State, hold};
use super::{Error, FrameSource, MAX_FRAME_PIXELS, Next};

/// The thread that gets pictures; `_alive` goes with it.
pub(super) fn get(
    shared: &Shared,
    mut open: impl FnMut() -> Result<Box<dyn FrameSource>, Error>,
    _alive: Sender<()>,
) {
    let mut rested = false;
    let mut was_there = false;
    while shared.awake() {
        if rested {
            shared.inbox.tell(State::Starting);
        }
        let news = match guarded(&mut open) {
            Ok(source) => {
                was_there = true;
                pictures(shared, source)
            }
            Err(Error::NoCamera) if was_there => State::Trouble(Error::Unplugged),
            Err(error) => State::Trouble(error),
        };
        let ended = news == State::Ended;
        rested = news == State::Asleep;
        shared.inbox.tell(news);
        if ended {
            return;
        }
        shared.pause();
    }
}

/// Passes pictures on until there are no more, or none are wanted.
fn pictures(shared: &Shared, mut source: Box<dyn FrameSource>) -> State {
    let mut wish = None;
    let news = loop {
        if !shared.wanted() {
            break State::Asleep;
        }
        if let Some((number, tuning)) = shared.wish_after(wish) {
            wish = Some(number);
            let tuned = guarded(|| Ok(source.tune(tuning)));
            shared.tuned(tuned.unwrap_or_default(), number);
        }
        match guarded(|| source.next()) {
            Ok(Next::Picture(picture)) if pixels(&picture) > MAX_FRAME_PIXELS => {
                let sides = format!("{} x {}", picture.width(), picture.height());
                break State::Trouble(Error::format(sides));
            }
            Ok(Next::Picture(picture)) => {
                // Held meanwhile: whoever is told what was read finds the picture counted.
                let mut counting = hold(&shared.counting);
                let dropped = shared.inbox.put(picture);
                counting.came((shared.clock)(), dropped);
            }
            Ok(Next::Nothing) => {}
            Ok(Next::Ended) => break State::Ended,
            Err(error) => break State::Trouble(error),
        }
    };
    shared.untuned();
    // Closing may panic as well, and must not do so while another panic is under way.
    let closed = guarded(|| {
        drop(source);
        Ok(())
    });
    if let Err(error) = closed {
        tracing::warn!(%error, "closing the camera");
    }
    news
}

fn pixels(picture: &LumaImage) -> usize {
    picture.width().saturating_mul(picture.height())
}

/// Runs code of a driver; a panic in it is an error.
pub(super) fn guarded<T>(driver: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(driver))
        .unwrap_or_else(|_| Err(Error::failed("its driver panicked")))
}
