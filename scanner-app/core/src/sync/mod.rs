//! Exchange of facts, books and tickets with the server and with other devices.
//!
//! The protocol and its state machine are `shared-model`'s; here are the store it
//! works on ([`DeviceReplica`]), the way to the server ([`http`]), and what keeps to it
//! for as long as the program runs ([`contact`]). Facts count as delivered when the other
//! side says that they are durable there.

pub mod contact;
pub mod http;
mod leases;
mod replica;
pub mod trust;

use shared_model::sync::Frame;
use shared_model::sync::codec::{self, FrameError};
use shared_model::sync::{Input, Role};
use shared_model::sync::{Session, drive};
use shared_model::time::Timestamp;

pub use self::replica::DeviceReplica;
use crate::scanner;

/// Reads the device's clock; times are milliseconds since 1970, uncorrected.
pub type Wall<'a> = &'a (dyn Fn() -> Timestamp + Sync);

/// What an exchange came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Exchange {
    /// Messages sent, each with its answer.
    pub requests: u32,
    /// Bytes sent.
    pub bytes_up: u64,
    /// Bytes received.
    pub bytes_down: u64,
    /// The other side holds every fact that is held here, as far as it takes them.
    pub delivered: bool,
    /// The server has ended this device's enrolment.
    pub revoked: bool,
}

/// Messages that one exchange may take: more means that it turns in a circle.
pub(crate) const MAX_REQUESTS: u32 = 10_000;

/// Gives the frames of one whole message to the session and returns the bytes to send next;
/// none when there is nothing more to say.
pub(crate) fn turn<R>(
    session: &mut Session,
    replica: &mut DeviceReplica<'_, R>,
    message: &[u8],
) -> Result<Option<Vec<u8>>, TurnError>
where
    R: rand::CryptoRng,
{
    pack(&take(session, replica, message)?)
}

/// The same for a lasting link: the frames to send.
pub(crate) fn take<R>(
    session: &mut Session,
    replica: &mut DeviceReplica<'_, R>,
    message: &[u8],
) -> Result<Vec<Frame>, TurnError>
where
    R: rand::CryptoRng,
{
    let mut send = Vec::new();
    for frame in codec::decode_all(message)? {
        if replica.role() == Role::Device
            && let Frame::Error {
                code: shared_model::sync::ErrorCode::Revoked,
                ..
            } = &frame
        {
            replica.learn_of_revocation()?;
        }
        let now = replica.wall();
        send.extend(drive(session, replica, Input::Frame(frame), now)?);
    }
    let now = replica.wall();
    send.extend(drive(session, replica, Input::Pause, now)?);
    Ok(send)
}

/// The first message of the side that opens an exchange.
pub(crate) fn opening<R>(
    session: &mut Session,
    replica: &mut DeviceReplica<'_, R>,
) -> Result<Option<Vec<u8>>, TurnError>
where
    R: rand::CryptoRng,
{
    let now = replica.wall();
    pack(&drive(session, replica, Input::Opened, now)?)
}

pub(crate) fn pack(frames: &[Frame]) -> Result<Option<Vec<u8>>, TurnError> {
    if frames.is_empty() {
        return Ok(None);
    }
    Ok(Some(codec::encode_all(frames)?))
}

/// Why one turn of an exchange failed.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// What arrived, or was to be sent, is no message of the protocol.
    #[error("the other side speaks another language, or something between garbles it")]
    Frame(#[from] FrameError),
    /// The store or the keys failed.
    #[error(transparent)]
    Scanner(#[from] scanner::Error),
}
