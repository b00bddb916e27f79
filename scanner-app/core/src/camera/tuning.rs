//! Light and zoom of a camera.

use serde::Serialize;

/// Light and zoom: as a wish, what is absent is left as it is; as an answer, what is absent the
/// camera has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tuning {
    /// The light beside the camera.
    pub torch: Option<bool>,
    /// Zoom, in percent of what the camera has.
    pub zoom: Option<u8>,
}

impl Tuning {
    /// This wish, and `later` where it says something.
    #[must_use]
    pub const fn then(self, later: Self) -> Self {
        Self {
            torch: match later.torch {
                None => self.torch,
                some => some,
            },
            zoom: match later.zoom {
                None => self.zoom,
                some => some,
            },
        }
    }
}
