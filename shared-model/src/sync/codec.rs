//! Frames as bytes: `length u32 big-endian | flags u8 | body`.
//!
//! The length counts flags and body. The body is a [`Frame`] in postcard,
//! compressed with zstd when bit 0 of the flags is set; other bits are refused.
//! The length is checked before the body is waited for, the size of what is
//! unpacked before it is unpacked.

use super::Frame;

/// Largest frame on the wire after its length, and largest body when unpacked, in bytes.
pub const MAX_FRAME: usize = 1 << 20;

/// Largest run of frames in one request, one answer or one message, in bytes.
pub const MAX_MESSAGE: usize = 4 << 20;

/// Largest number of frames in one message.
pub const MAX_FRAMES: usize = 4096;

/// Media type of a run of frames over HTTP.
pub const MEDIA_TYPE: &str = "application/vnd.bilten.frames";

const COMPRESSED: u8 = 1;
const COMPRESS_FROM: usize = 1024;
const LEVEL: i32 = 3;
const PREFIX: usize = 4;

/// Why bytes are no frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Longer than [`MAX_FRAME`], packed or unpacked.
    #[error("a frame may have at most {MAX_FRAME} bytes")]
    TooLarge,
    /// More bytes or frames than one message may have.
    #[error("a message may have at most {MAX_FRAMES} frames and {MAX_MESSAGE} bytes")]
    TooMany,
    /// Shorter than its flags, or cut off.
    #[error("the frame is cut off")]
    Truncated,
    /// Flags that this version does not have.
    #[error("unknown frame flags {0:#04x}")]
    Flags(u8),
    /// A body that is said to be compressed and is not.
    #[error("the frame's body cannot be unpacked")]
    Compression,
    /// A body that is no frame, or more than one.
    #[error("the frame's body is no known message")]
    Malformed,
}

/// Writes one frame.
///
/// # Errors
/// The body would be larger than [`MAX_FRAME`].
pub fn encode(frame: &Frame) -> Result<Vec<u8>, FrameError> {
    let body = postcard::to_allocvec(frame).map_err(|_| FrameError::Malformed)?;
    if body.len() >= MAX_FRAME {
        return Err(FrameError::TooLarge);
    }
    let (flags, body) = pack(body);
    let mut bytes = Vec::with_capacity(PREFIX + 1 + body.len());
    bytes.extend_from_slice(&(body.len() as u32 + 1).to_be_bytes());
    bytes.push(flags);
    bytes.extend_from_slice(&body);
    Ok(bytes)
}

/// Writes frames one after the other.
///
/// # Errors
/// One of them is larger than [`MAX_FRAME`].
pub fn encode_all<'a>(frames: impl IntoIterator<Item = &'a Frame>) -> Result<Vec<u8>, FrameError> {
    let mut bytes = Vec::new();
    for frame in frames {
        bytes.extend_from_slice(&encode(frame)?);
    }
    Ok(bytes)
}

/// Reads the first frame of `bytes` and says how many bytes it took; none when more are needed.
///
/// # Errors
/// What is there cannot become a frame, however much follows.
pub fn decode_first(bytes: &[u8]) -> Result<Option<(Frame, usize)>, FrameError> {
    let Some((prefix, rest)) = bytes.split_first_chunk::<PREFIX>() else {
        return Ok(None);
    };
    let length = u32::from_be_bytes(*prefix) as usize;
    if length > MAX_FRAME {
        return Err(FrameError::TooLarge);
    }
    if length < 2 {
        return Err(FrameError::Truncated);
    }
    let Some((flags, body)) = rest.get(..length).and_then(<[u8]>::split_first) else {
        return Ok(None);
    };
    let frame = match *flags {
        0 => parse(body)?,
        COMPRESSED => parse(&unpack(body)?)?,
        flags => return Err(FrameError::Flags(flags)),
    };
    Ok(Some((frame, PREFIX + length)))
}

/// Reads a whole message: frames one after the other and nothing else.
///
/// # Errors
/// One of them is no frame, the last is cut off, or there are too many.
pub fn decode_all(mut bytes: &[u8]) -> Result<Vec<Frame>, FrameError> {
    if bytes.len() > MAX_MESSAGE {
        return Err(FrameError::TooMany);
    }
    let mut frames = Vec::new();
    while !bytes.is_empty() {
        if frames.len() == MAX_FRAMES {
            return Err(FrameError::TooMany);
        }
        let (frame, taken) = decode_first(bytes)?.ok_or(FrameError::Truncated)?;
        frames.push(frame);
        bytes = bytes.get(taken..).unwrap_or_default();
    }
    Ok(frames)
}

fn pack(body: Vec<u8>) -> (u8, Vec<u8>) {
    if body.len() < COMPRESS_FROM {
        return (0, body);
    }
    match zstd::bulk::compress(&body, LEVEL) {
        Ok(packed) if packed.len() < body.len() => (COMPRESSED, packed),
        _ => (0, body),
    }
}

fn unpack(body: &[u8]) -> Result<Vec<u8>, FrameError> {
    let size = match zstd::zstd_safe::get_frame_content_size(body) {
        Ok(Some(size)) => usize::try_from(size).map_err(|_| FrameError::TooLarge)?,
        _ => return Err(FrameError::Compression),
    };
    if size >= MAX_FRAME {
        return Err(FrameError::TooLarge);
    }
    zstd::bulk::decompress(body, size).map_err(|_| FrameError::Compression)
}

fn parse(body: &[u8]) -> Result<Frame, FrameError> {
    match postcard::take_from_bytes(body) {
        Ok((frame, [])) => Ok(frame),
        _ => Err(FrameError::Malformed),
    }
}
