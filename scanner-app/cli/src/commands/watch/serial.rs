//! Codes from a hand scanner on a serial line.

use scanner_core::serial::{Event, Line, Reader};
use serde_json::json;
use tokio::sync::mpsc::unbounded_channel;

use super::Door;
use crate::commands::scan;
use crate::failure::Failure;
use crate::now;

/// Answers every code; the first only, with `once`.
pub async fn watch(mut door: Door, line: Line, once: bool) -> Result<u8, Failure> {
    let (tell, mut told) = unbounded_channel();
    let listener = move |event| {
        // Nobody listens any more when the program is ending.
        let _ = tell.send(event);
    };
    let _reader = Reader::start(line, listener).map_err(Failure::Thread)?;
    let mut ran = false;
    while let Some(event) = told.recv().await {
        match event {
            Event::Running => {
                ran = true;
                let value = json!({ "reader": "running" });
                door.output.news(&value, "reading codes")?;
            }
            Event::Trouble(trouble) if ran => {
                let text = trouble.to_string();
                let value = json!({ "reader": "trouble", "trouble": trouble, "text": text });
                door.output.news(&value, &text)?;
            }
            Event::Trouble(trouble) => return Err(trouble.into()),
            Event::Code(code) => {
                let answered = door.controller.read(&code, now::wall(), &mut now::rng())?;
                let last = scan::show(&door.scanner, door.event, &answered, &door.output)?;
                if once {
                    return Ok(last);
                }
            }
        }
    }
    Ok(0)
}
