//! `watch`: codes as they come, from a folder, a video, a camera or a serial reader.

mod camera;
mod folder;
mod serial;

use std::path::PathBuf;
use std::sync::Arc;

use scanner_core::controller::Controller;
use scanner_core::scanner::Scanner;
use scanner_core::serial::{Line, USUAL_BAUD};
use shared_model::ids::EventNo;

use super::{contact, door, event, runtime};
use crate::args::{Args, WatchArgs};
use crate::failure::Failure;
use crate::home;
use crate::output::Output;

/// Where codes come from.
#[derive(Debug, PartialEq, Eq)]
enum Source {
    Folder(PathBuf),
    Video(PathBuf),
    Camera(u32),
    Serial(Line),
}

/// One place where codes are read.
struct Door {
    scanner: Arc<Scanner>,
    event: EventNo,
    controller: Controller,
    output: Output,
}

pub fn run(args: &Args, command: &WatchArgs, output: &Output) -> Result<u8, Failure> {
    let source = source(&command.source)?;
    let scanner = Arc::new(home::open(args)?);
    let event = event(args, &scanner)?;
    let station = door::request(&scanner, event, &command.door)?;
    let door = Door {
        controller: Controller::new(Arc::clone(&scanner), event, station),
        scanner: Arc::clone(&scanner),
        event,
        output: *output,
    };
    let _background = contact::begin(&scanner, command.alone, output)?;
    runtime()?.block_on(async {
        tokio::select! {
            code = watch(door, source, command.once) => code,
            _ = tokio::signal::ctrl_c() => Ok(0),
        }
    })
}

async fn watch(door: Door, source: Source, once: bool) -> Result<u8, Failure> {
    match source {
        Source::Folder(folder) => folder::watch(door, &folder, once).await,
        Source::Video(file) => camera::watch(door, camera::video(file), once).await,
        Source::Camera(number) => camera::watch(door, camera::camera(number), once).await,
        Source::Serial(line) => serial::watch(door, line, once).await,
    }
}

/// What the command line names.
fn source(text: &str) -> Result<Source, Failure> {
    if let Some(rest) = text.strip_prefix("camera")
        && (rest.is_empty() || rest.starts_with(':'))
    {
        let number = rest.strip_prefix(':').unwrap_or("0");
        return number
            .parse()
            .map(Source::Camera)
            .map_err(|_| Failure::Usage(format!("{number:?} is no number of a camera")));
    }
    if let Some(line) = text.strip_prefix("serial:") {
        return serial_line(line).map(Source::Serial);
    }
    let path = PathBuf::from(text);
    match path.extension() {
        _ if path.is_dir() => Ok(Source::Folder(path)),
        Some(ending) if ending == "y4m" => Ok(Source::Video(path)),
        _ => Err(Failure::Usage(format!(
            "{text} is no folder, no .y4m video, no camera (camera, camera:1, …) and no serial line (serial:/dev/ttyACM0)"
        ))),
    }
}

/// `path` or `path@baud`.
fn serial_line(text: &str) -> Result<Line, Failure> {
    let (path, baud) = match text.rsplit_once('@') {
        None => (text, Some(USUAL_BAUD)),
        Some((path, baud)) => (path, baud.parse().ok().filter(|baud| *baud > 0)),
    };
    match baud {
        Some(baud) if !path.is_empty() => Ok(Line {
            path: path.into(),
            baud,
        }),
        _ => Err(Failure::Usage(format!(
            "{text:?} is no serial line: path, or path@baud"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_named_by_what_they_are() {
        assert_eq!(source("camera").unwrap(), Source::Camera(0));
        assert_eq!(source("camera:12").unwrap(), Source::Camera(12));
        assert_eq!(source("a/b.y4m").unwrap(), Source::Video("a/b.y4m".into()));
        let line = |path: &str, baud| {
            Source::Serial(Line {
                path: path.into(),
                baud,
            })
        };
        assert_eq!(source("serial:COM3").unwrap(), line("COM3", 9600));
        let fast = source("serial:/dev/ttyACM0@115200").unwrap();
        assert_eq!(fast, line("/dev/ttyACM0", 115_200));
        assert_eq!(source(".").unwrap(), Source::Folder(".".into()));
        for wrong in [
            "camera:",
            "camera:x",
            "camera:-1",
            "nowhere",
            "cameras",
            "serial:",
            "serial:x@",
            "serial:@9600",
        ] {
            assert!(source(wrong).is_err(), "{wrong}");
        }
    }
}
