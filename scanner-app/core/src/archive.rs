//! The scan log as a file: for a device that has no network, or whose store is ailing.
//!
//! A file is the messages that the device would have sent, each after its length
//! (u32, big-endian): the server and other devices take it in like any exchange,
//! with the same checks, and taking it in twice changes nothing.

use std::io::{Read, Write};

use rand::CryptoRng;
use shared_model::ids::EventNo;
use shared_model::log::stretch_end;
use shared_model::sync::session::{BUDGET, Mode};
use shared_model::sync::{
    Facts, Frame, Hello, PROTOCOL, Replica as _, Role, Session, VersionVector, codec,
};

use crate::scanner::{self, Scanner};
use crate::sync::{DeviceReplica, TurnError, Wall, turn};

/// Why a scan log was not written to or read from a file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read or written.
    #[error("the file cannot be read or written")]
    Io(#[from] std::io::Error),
    /// It is no scan log, or a part of one.
    #[error("this is no scan log of a scanner, or only a part of one")]
    Contents,
    /// The store failed.
    #[error(transparent)]
    Scanner(#[from] scanner::Error),
}

impl From<TurnError> for Error {
    fn from(error: TurnError) -> Self {
        match error {
            TurnError::Frame(_) => Self::Contents,
            TurnError::Scanner(error) => Self::Scanner(error),
        }
    }
}

/// Writes the whole log of `event`, with its book, to `file`; gives the number of facts.
///
/// # Errors
/// The store or the file failed.
pub fn export<R: CryptoRng>(
    scanner: &Scanner,
    event: EventNo,
    wall: Wall<'_>,
    rng: R,
    file: &mut impl Write,
) -> Result<u64, Error> {
    let mut replica = DeviceReplica::new(scanner, event, Role::Peer, wall, rng);
    let status = replica.status()?;
    let hello = Frame::Hello(Hello {
        protocol: PROTOCOL,
        event,
        incarnation: None,
        marks: status.marks.clone(),
        forks: status.forks.clone(),
        revision: 0,
        book: status.book,
        clock: status.clock,
    });
    let mut opening = vec![hello.clone()];
    if let Some((certificate, book)) = replica.book(0)? {
        opening.push(Frame::Book { certificate, book });
    }
    write_message(file, &opening)?;
    let mut count = 0;
    for (actor, mark) in &status.marks {
        let mut next = 1;
        while next <= mark.seq {
            let batches = replica.missing(&VersionVector::from([(*actor, next)]), BUDGET)?;
            let Some(last) = batches.last().map(|facts| facts.head.seq) else {
                // The rest has no signed head yet that could vouch for it.
                break;
            };
            next = last + 1;
            count += write_facts(file, &hello, batches, Frame::Facts)?;
        }
    }
    for actor in status.forks.keys() {
        let evidence = replica.evidence(*actor)?;
        write_facts(file, &hello, evidence, Frame::Fork)?;
    }
    file.flush()?;
    Ok(count)
}

fn write_facts(
    file: &mut impl Write,
    hello: &Frame,
    batches: Vec<Facts>,
    frame: fn(Facts) -> Frame,
) -> Result<u64, Error> {
    let mut count = 0;
    for facts in batches {
        debug_assert!(facts.head.seq <= stretch_end(facts.from));
        count += facts.records.len() as u64;
        write_message(file, &[hello.clone(), frame(facts)])?;
    }
    Ok(count)
}

fn write_message(file: &mut impl Write, frames: &[Frame]) -> Result<(), Error> {
    let message = codec::encode_all(frames).map_err(TurnError::from)?;
    let length = u32::try_from(message.len()).map_err(|_| Error::Contents)?;
    file.write_all(&length.to_be_bytes())?;
    file.write_all(&message)?;
    Ok(())
}

/// Takes in the log in `file`; gives the number of messages.
///
/// # Errors
/// The file is no log or is cut off; what came before that is kept.
pub fn import<R: CryptoRng>(
    scanner: &Scanner,
    event: EventNo,
    wall: Wall<'_>,
    rng: R,
    file: &mut impl Read,
) -> Result<u64, Error> {
    let mut replica = DeviceReplica::new(scanner, event, Role::Peer, wall, rng);
    let mut count = 0;
    while let Some(message) = read_message(file)? {
        let mut session = Session::new(event, Role::Peer, Mode::Turns);
        // What this device would answer has nobody to go to.
        turn(&mut session, &mut replica, &message)?;
        if session.is_closed() {
            return Err(Error::Contents);
        }
        count += 1;
    }
    Ok(count)
}

fn read_message(file: &mut impl Read) -> Result<Option<Vec<u8>>, Error> {
    let mut length = [0; 4];
    let mut held = 0;
    while held < length.len() {
        match file.read(&mut length[held..])? {
            0 if held == 0 => return Ok(None),
            0 => return Err(Error::Contents),
            read => held += read,
        }
    }
    let length = u32::from_be_bytes(length) as usize;
    if length > codec::MAX_MESSAGE {
        return Err(Error::Contents);
    }
    let mut message = Vec::new();
    file.take(length as u64).read_to_end(&mut message)?;
    if message.len() < length {
        return Err(Error::Contents);
    }
    Ok(Some(message))
}
