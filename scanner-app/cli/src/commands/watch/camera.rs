//! Codes before a camera, or in a video.

use std::path::{Path, PathBuf};

use scanner_core::camera::file::{Speed, Video};
use scanner_core::camera::{Camera, Error, Event, FrameSource, Settings, State, native};
use serde_json::json;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::Door;
use crate::commands::scan;
use crate::failure::Failure;
use crate::now;

type Open = Box<dyn FnMut() -> Result<Box<dyn FrameSource>, Error> + Send>;
type End = Result<u8, Failure>;

/// A camera of this computer.
pub fn camera(number: u32) -> Open {
    Box::new(move || native::open(number))
}

/// A video at its own speed.
pub fn video(file: PathBuf) -> Open {
    Box::new(move || {
        let video = Video::open(Path::new(&file), Speed::Recorded)?;
        Ok(Box::new(video) as Box<dyn FrameSource>)
    })
}

/// Answers every code that is newly shown, until the pictures end; the first only, with `once`.
pub async fn watch(door: Door, open: Open, once: bool) -> Result<u8, Failure> {
    let (end, mut ended) = unbounded_channel();
    let mut watching = Watching {
        door,
        once,
        ran: false,
        last: 0,
        end,
    };
    let listener = move |event: Event<'_>| watching.told(&event);
    let _camera = Camera::start(open, Settings::default(), now::rising(), listener)
        .map_err(Failure::Thread)?;
    // The listener lives as long as the camera does.
    ended.recv().await.unwrap_or(Ok(0))
}

struct Watching {
    door: Door,
    once: bool,
    /// Pictures came already: from then on trouble passes.
    ran: bool,
    last: u8,
    end: UnboundedSender<End>,
}

impl Watching {
    fn told(&mut self, event: &Event<'_>) {
        let done = match event {
            Event::State(state) => self.stands(state),
            Event::Seen(seen) => self.seen(seen.texts, seen.at),
        };
        if let Some(end) = done.transpose() {
            // Nobody listens any more when the program is ending.
            let _ = self.end.send(end);
        }
    }

    fn seen(&mut self, texts: &[&str], at: std::time::Duration) -> Result<Option<u8>, Failure> {
        let Door {
            scanner,
            event,
            controller,
            output,
        } = &mut self.door;
        let answers = controller.frame(texts, at, now::wall(), &mut now::rng())?;
        for answered in &answers {
            self.last = scan::show(scanner, *event, answered, output)?;
        }
        Ok((self.once && !answers.is_empty()).then_some(self.last))
    }

    fn stands(&mut self, state: &State) -> Result<Option<u8>, Failure> {
        let output = self.door.output;
        match state {
            State::Running => {
                self.ran = true;
                output.news(&json!({ "camera": "running" }), "reading codes")?;
            }
            State::Trouble(error) if self.ran => {
                let text = error.to_string();
                let value = json!({ "camera": "trouble", "trouble": error, "text": text });
                output.news(&value, &text)?;
            }
            State::Trouble(error) => return Err(error.clone().into()),
            State::Ended => return Ok(Some(self.last)),
            State::Starting | State::Asleep => {}
        }
        // Whatever was before the camera is not in view while it gives no pictures.
        self.seen(&[], now::rising()())?;
        Ok(None)
    }
}
