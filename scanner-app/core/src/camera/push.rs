//! Pictures that somebody has already: a webview that holds the camera of a phone.
//!
//! They come as bytes, one a pixel, or as base64 of them where the way carries only
//! text. Whoever has the camera also says what is wrong with it, so that the words
//! and the way on are the same as for every other camera.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use decode::{FrameError, LumaFrame, LumaImage};

use super::{Error, FrameSource, MAX_FRAME_PIXELS, Next};

/// How long to wait for a picture before saying that none came.
const PATIENCE: Duration = Duration::from_millis(500);

/// Why a picture was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// Sides and bytes disagree.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// More than [`MAX_FRAME_PIXELS`].
    #[error("a frame of {0} pixels is too large")]
    TooLarge(usize),
    /// The text is no base64.
    #[error("the picture is no base64")]
    Base64,
}

/// Takes pictures in; clones share one place.
#[derive(Debug, Clone, Default)]
pub struct Push(Arc<Place>);

#[derive(Debug, Default)]
struct Place {
    newest: Mutex<Option<Result<Next, Error>>>,
    came: Condvar,
}

impl Push {
    /// A place that nobody has put anything into.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes `height` rows of `width` pixels, `stride` bytes apart; the newest one counts.
    ///
    /// # Errors
    /// Nothing was taken.
    pub fn luma(
        &self,
        width: usize,
        height: usize,
        stride: usize,
        bytes: &[u8],
    ) -> Result<(), PushError> {
        let pixels = width.saturating_mul(height);
        if pixels > MAX_FRAME_PIXELS {
            return Err(PushError::TooLarge(pixels));
        }
        let frame = LumaFrame::new(width, height, stride, bytes)?;
        let rows: Vec<u8> = frame.rows().flatten().copied().collect();
        self.put(Ok(Next::Picture(LumaImage::new(width, height, rows)?)));
        Ok(())
    }

    /// Takes the same as base64.
    ///
    /// # Errors
    /// Nothing was taken.
    pub fn base64(
        &self,
        width: usize,
        height: usize,
        stride: usize,
        text: &str,
    ) -> Result<(), PushError> {
        let bytes = STANDARD.decode(text).map_err(|_| PushError::Base64)?;
        self.luma(width, height, stride, &bytes)
    }

    /// Says what is wrong with the camera.
    pub fn failed(&self, error: Error) {
        self.put(Err(error));
    }

    /// Says that there will be no pictures any more.
    pub fn ended(&self) {
        self.put(Ok(Next::Ended));
    }

    /// Opens the place for a [`super::Camera`]; what was put in before is forgotten.
    pub fn open(&self) -> Box<dyn FrameSource> {
        *self.hold() = None;
        Box::new(self.clone())
    }

    fn put(&self, next: Result<Next, Error>) {
        *self.hold() = Some(next);
        self.0.came.notify_one();
    }

    fn hold(&self) -> MutexGuard<'_, Option<Result<Next, Error>>> {
        self.0.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FrameSource for Push {
    fn next(&mut self) -> Result<Next, Error> {
        let (mut newest, _) = self
            .0
            .came
            .wait_timeout_while(self.hold(), PATIENCE, |newest| newest.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        newest.take().unwrap_or(Ok(Next::Nothing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_picture_counts_however_it_came() {
        let push = Push::new();
        let mut source = push.open();
        push.luma(2, 2, 3, &[1, 2, 0, 3, 4]).unwrap();
        let picture = |bytes: [u8; 4]| Next::Picture(LumaImage::new(2, 2, bytes.into()).unwrap());
        assert_eq!(source.next(), Ok(picture([1, 2, 3, 4])));
        push.luma(2, 2, 2, &[0; 4]).unwrap();
        push.base64(2, 2, 2, "CQgHBg==").unwrap();
        assert_eq!(source.next(), Ok(picture([9, 8, 7, 6])));
        push.failed(Error::Denied);
        assert_eq!(source.next(), Err(Error::Denied));
        push.ended();
        assert_eq!(push.open().next(), Ok(Next::Nothing), "forgotten");
    }

    #[test]
    fn what_is_no_picture_is_not_taken() {
        let push = Push::new();
        assert!(matches!(
            push.luma(3, 3, 3, &[0; 8]),
            Err(PushError::Frame(FrameError::BufferTooShort { .. }))
        ));
        assert!(matches!(
            push.luma(0, 3, 3, &[]),
            Err(PushError::Frame(FrameError::Empty { .. }))
        ));
        assert_eq!(
            push.luma(5000, 5000, 5000, &[]),
            Err(PushError::TooLarge(25_000_000))
        );
        assert!(matches!(
            push.luma(usize::MAX, 2, 2, &[]),
            Err(PushError::TooLarge(_))
        ));
        assert_eq!(push.base64(2, 2, 2, "no base64!"), Err(PushError::Base64));
        let mut source = push.clone();
        assert_eq!(source.next(), Ok(Next::Nothing));
    }
}
