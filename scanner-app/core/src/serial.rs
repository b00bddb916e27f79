//! Hand scanners on a serial line, USB ones among them: a code is a line.
//!
//! Read on a thread of its own, until dropped. A line that is unplugged is opened
//! again until it is back. Each code is a wish of its own: whoever pulls the trigger
//! means it, so [`crate::controller::Controller::read`] is what takes it.
//!
//! Hand scanners that type like a keyboard need nothing of this: what they type
//! arrives where a person would type.

use std::io::{ErrorKind, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::Serialize;

/// Speed of most hand scanners as they are delivered.
pub const USUAL_BAUD: u32 = 9600;

/// A QR code holds no more characters.
const LONGEST_CODE: usize = 7089;

/// How long one read waits; a stop is noticed after it.
const PATIENCE: Duration = Duration::from_millis(200);

/// A line that failed is opened again after so many of these waits.
const RETRY_AFTER: u32 = 5;

/// Half a code is forgotten when nothing follows for so many waits.
const FORGET_AFTER: u32 = 5;

/// Why a reader gives no codes, in words for a doorkeeper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Error {
    /// There is no such line.
    #[error("there is no such code reader: plug it in, or name another line")]
    ReaderAbsent,
    /// Another program has it.
    #[error("another program is using the code reader: close it there")]
    ReaderBusy,
    /// This program may not use it.
    #[error("this account may not use the code reader: allow it (on Linux: the group dialout)")]
    ReaderDenied,
    /// It was there, and is gone.
    #[error("the code reader was unplugged: plug it in again, and reading goes on by itself")]
    ReaderUnplugged,
    /// Something else.
    #[error("the code reader does not work ({detail})")]
    ReaderFailed {
        /// What the system says.
        detail: String,
    },
}

impl Error {
    /// Its name for machines.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ReaderAbsent => "reader_absent",
            Self::ReaderBusy => "reader_busy",
            Self::ReaderDenied => "reader_denied",
            Self::ReaderUnplugged => "reader_unplugged",
            Self::ReaderFailed { .. } => "reader_failed",
        }
    }
}

/// What the listener is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The line is open.
    Running,
    /// No codes come; it is tried again.
    Trouble(Error),
    /// A code was read.
    Code(String),
}

/// Which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// As the system names it: `/dev/ttyACM0`, `COM3`.
    pub path: PathBuf,
    /// Bits a second; lines over USB do not mind.
    pub baud: u32,
}

/// A reader that is listened to until it is dropped.
pub struct Reader {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Reader {
    /// Listens to a line, and tells `listener` on a thread of its own.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(
        line: Line,
        mut listener: impl FnMut(Event) + Send + 'static,
    ) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new()
            .name("code reader".into())
            .spawn(move || listen(&line, &stopped, &mut listener))?;
        Ok(Self {
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
            && thread.join().is_err()
        {
            tracing::error!("the listener of a code reader panicked");
        }
    }
}

/// The lines of this machine that a reader may be on, as the system names them.
#[must_use]
pub fn lines() -> Vec<String> {
    let ports = serialport::available_ports().unwrap_or_else(|error| {
        tracing::info!(%error, "the serial lines of this machine cannot be listed");
        Vec::new()
    });
    let mut names: Vec<String> = ports.into_iter().map(|port| port.port_name).collect();
    names.sort_unstable();
    names
}

fn listen(line: &Line, stop: &AtomicBool, listener: &mut impl FnMut(Event)) {
    let mut was_there = false;
    let mut told = None;
    while !stop.load(Ordering::Relaxed) {
        let trouble = match open(line) {
            Ok(port) => {
                was_there = true;
                told = None;
                listener(Event::Running);
                match codes(port, stop, listener) {
                    None => return,
                    Some(trouble) => trouble,
                }
            }
            Err(Error::ReaderAbsent) if was_there => Error::ReaderUnplugged,
            Err(trouble) => trouble,
        };
        if told.as_ref() != Some(&trouble) {
            listener(Event::Trouble(trouble.clone()));
            told = Some(trouble);
        }
        for _ in 0..RETRY_AFTER {
            if !stop.load(Ordering::Relaxed) {
                std::thread::sleep(PATIENCE);
            }
        }
    }
}

fn open(line: &Line) -> Result<Box<dyn serialport::SerialPort>, Error> {
    use serialport::ErrorKind as Kind;

    let opened = serialport::new(line.path.to_string_lossy(), line.baud)
        .timeout(PATIENCE)
        .open();
    opened.map_err(|error| match error.kind() {
        Kind::Io(ErrorKind::PermissionDenied) => Error::ReaderDenied,
        Kind::Io(ErrorKind::NotFound) => Error::ReaderAbsent,
        // Both a line that somebody has and one that is not there.
        Kind::NoDevice if line.path.exists() => Error::ReaderBusy,
        Kind::NoDevice => Error::ReaderAbsent,
        _ => Error::ReaderFailed {
            detail: error.description,
        },
    })
}

/// Tells codes until the line fails; none when it was to stop.
fn codes(
    mut port: impl Read,
    stop: &AtomicBool,
    listener: &mut impl FnMut(Event),
) -> Option<Error> {
    let mut code = Code::default();
    let mut bytes = [0; 512];
    let mut waits = 0;
    while !stop.load(Ordering::Relaxed) {
        match port.read(&mut bytes) {
            Ok(0) => return Some(Error::ReaderUnplugged),
            Ok(count) => {
                waits = 0;
                for byte in bytes.iter().take(count) {
                    if let Some(text) = code.take(*byte) {
                        listener(Event::Code(text));
                    }
                }
            }
            Err(error) if error.kind() == ErrorKind::TimedOut => {
                waits += 1;
                if waits >= FORGET_AFTER {
                    code = Code::default();
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // A line that was open and fails is gone: systems differ in how they say so.
            Err(error) => {
                tracing::info!(%error, "the code reader's line failed");
                return Some(Error::ReaderUnplugged);
            }
        }
    }
    None
}

/// A code on its way.
#[derive(Debug, Default)]
struct Code {
    bytes: Vec<u8>,
    /// It is too long to be one; the rest of its line is passed over.
    too_long: bool,
}

impl Code {
    /// Takes a byte; gives the code that it ends.
    fn take(&mut self, byte: u8) -> Option<String> {
        if byte != b'\r' && byte != b'\n' {
            self.too_long |= self.bytes.len() >= LONGEST_CODE;
            if !self.too_long {
                self.bytes.push(byte);
            }
            return None;
        }
        let Self { bytes, too_long } = std::mem::take(self);
        // Some readers frame a code with control characters.
        let framing = |sign: char| sign.is_whitespace() || sign.is_control();
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_matches(framing);
        (!too_long && !text.is_empty()).then(|| text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Vec<Event>, Option<Error>) {
        let mut heard = Vec::new();
        let end = codes(bytes, &AtomicBool::new(false), &mut |event| {
            heard.push(event)
        });
        (heard, end)
    }

    #[test]
    fn a_code_is_a_line_however_it_ends() {
        let codes = |codes: &[&str]| {
            let codes = codes.iter().map(|code| Event::Code((*code).into()));
            codes.collect::<Vec<_>>()
        };
        let (heard, end) = read(b"TK1:A\r\nTK1:B\r\x02TK1:C\x03\n\n\r TK1:D \r\nhalf");
        assert_eq!(heard, codes(&["TK1:A", "TK1:B", "TK1:C", "TK1:D"]));
        assert_eq!(end, Some(Error::ReaderUnplugged));
        let mut noise = vec![b'9'; 100_000];
        noise.extend(b"\rTK1:A\r\xff\xfe\r");
        assert_eq!(read(&noise).0, codes(&["TK1:A", "\u{fffd}\u{fffd}"]));
    }
}
