//! `ready`: whether the doors can open with this device.

use std::sync::mpsc::channel;
use std::time::Duration;

use scanner_core::camera::{Camera, Error, Event, Settings, State, native};
use scanner_core::readiness::{Readiness, Surroundings};
use scanner_core::words::Words;

use super::event;
use crate::args::{Args, ReadyArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::{home, now};

/// Something needs attention.
const ATTENTION: u8 = 1;

/// A camera shows its first picture within this long.
const PATIENCE: Duration = Duration::from_secs(5);

pub fn run(args: &Args, command: &ReadyArgs, output: &Output) -> Result<u8, Failure> {
    let scanner = home::open(args)?;
    let event = event(args, &scanner)?;
    let surroundings = Surroundings {
        camera: command.camera.map(tried).transpose()?,
        ..Surroundings::of_machine(scanner.folder())
    };
    let readiness = scanner.readiness(event, &surroundings, now::wall())?;
    output.say(&readiness, &text(&readiness))?;
    Ok(if readiness.ready { 0 } else { ATTENTION })
}

/// Opens the camera and waits for a picture.
fn tried(number: u32) -> Result<State, Failure> {
    let (tell, told) = channel();
    let listener = move |event: Event<'_>| {
        if let Event::State(state) = event {
            // Nobody listens any more once the camera was seen to work.
            let _ = tell.send(state);
        }
    };
    let open = move || native::open(number);
    let _camera = Camera::start(open, Settings::default(), now::rising(), listener)
        .map_err(Failure::Thread)?;
    let stands = told.recv_timeout(PATIENCE);
    Ok(stands.unwrap_or(State::Trouble(Error::Silent)))
}

fn text(readiness: &Readiness) -> String {
    let words = Words::english();
    let lines = readiness.checks.iter().map(|check| {
        let found = words.finding(&check.finding);
        match words.todo(check) {
            None => format!("ok  {found}"),
            Some(todo) => format!("!!  {found}\n    → {todo}"),
        }
    });
    lines.collect::<Vec<String>>().join("\n")
}
