//! A hand scanner on a serial line: each code is a wish of its own.

use std::path::PathBuf;

use super::contract::{ReaderState, ReaderTrouble, Reads};
use super::{App, AppError, Event, hold};
use crate::serial::{self, Error, Line, Reader, USUAL_BAUD};

/// The line that is listened to, and how it stands.
#[derive(Default)]
pub(super) struct Listening {
    held: Option<(String, Reader)>,
    state: Option<ReaderState>,
}

impl App {
    /// Listens to the line that is set, and to no other.
    pub(super) fn listen_as_set(&self) {
        let line = self.desk().kept.settings.reader.clone();
        let before = {
            let mut listening = hold(&self.listening);
            let same = |(held, _): &(String, Reader)| *held == line;
            if listening.held.as_ref().is_some_and(same) {
                return;
            }
            listening.state = None;
            listening.held.take()
        };
        // Its thread is waited for, and may be about to tell.
        drop(before);
        if line.is_empty() {
            return;
        }
        let own = self.own.clone();
        let told = line.clone();
        let reader = Reader::start(
            Line {
                path: PathBuf::from(&line),
                baud: USUAL_BAUD,
            },
            move |event| {
                if let Some(app) = own.upgrade() {
                    app.hear_reader(&told, event);
                }
            },
        );
        match reader {
            Ok(reader) => hold(&self.listening).held = Some((line, reader)),
            Err(error) => tracing::error!(%error, "no thread for the code reader"),
        }
    }

    /// How the line stands; none where none is set, or nothing is known yet.
    pub(super) fn reader_state(&self) -> Option<ReaderState> {
        hold(&self.listening).state.clone()
    }

    fn hear_reader(&self, line: &str, event: serial::Event) {
        match event {
            serial::Event::Running => self.tell_reader(line, None),
            serial::Event::Trouble(error) => self.tell_reader(line, Some(trouble(&error))),
            serial::Event::Code(text) => self.take_code(text.trim()),
        }
    }

    fn tell_reader(&self, line: &str, trouble: Option<ReaderTrouble>) {
        let state = ReaderState {
            line: line.to_owned(),
            trouble,
        };
        hold(&self.listening).state = Some(state.clone());
        self.shell.push(&Event::Reader(state));
    }

    fn take_code(&self, text: &str) {
        let error = match self.scanner() {
            Err(AppError::NotEnrolled) => {
                self.look_for_link(&[text]);
                self.look_for_link(&[]);
                None
            }
            // Behind a lock nobody looks, and nothing is read.
            Err(_) => None,
            Ok(_) => match self.read(text) {
                Ok(shown) => {
                    self.shell.push(&Event::Reads(Reads {
                        shown: vec![shown],
                        in_view: 0,
                        decode_us: 0,
                    }));
                    None
                }
                Err(error) => Some(error),
            },
        };
        self.shell.push(&Event::Undecided { error });
    }
}

fn trouble(error: &Error) -> ReaderTrouble {
    match error {
        Error::ReaderAbsent => ReaderTrouble::Absent,
        Error::ReaderBusy => ReaderTrouble::Busy,
        Error::ReaderDenied => ReaderTrouble::Denied,
        Error::ReaderUnplugged => ReaderTrouble::Unplugged,
        Error::ReaderFailed { .. } => ReaderTrouble::Failed,
    }
}
