//! Messages on a stream: length (u32, big-endian), then the frames.

use std::io::{Error, ErrorKind, Result};

use shared_model::sync::codec::MAX_MESSAGE;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// Writes one message.
pub(super) async fn write(stream: &mut (impl AsyncWrite + Unpin), message: &[u8]) -> Result<()> {
    let length = u32::try_from(message.len()).map_err(|_| ErrorKind::InvalidInput)?;
    stream.write_all(&length.to_be_bytes()).await?;
    stream.write_all(message).await?;
    stream.flush().await
}

/// Reads one message; none at the end of the stream.
pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Result<Option<Vec<u8>>> {
    let length = match stream.read_u32().await {
        Ok(length) => length as usize,
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    };
    if length > MAX_MESSAGE {
        return Err(Error::new(
            ErrorKind::InvalidData,
            "a message that is too long",
        ));
    }
    let mut message = Vec::new();
    stream.take(length as u64).read_to_end(&mut message).await?;
    if message.len() < length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(message))
}
