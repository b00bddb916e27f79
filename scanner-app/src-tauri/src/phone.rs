//! What a phone has beside its window, as far as the window's program knows it.

use scanner_core::app::Feel;
use tauri::AppHandle;

/// What a phone has beside its window; a desktop has no such thing.
#[derive(Debug, Clone, Copy)]
pub struct Phone {
    /// Vibrates, and does not wait for it.
    pub vibrate: fn(&AppHandle, Feel),
    /// Whether it could know somebody by finger or face now.
    pub has_biometrics: fn(&AppHandle) -> bool,
    /// Asks a question for finger or face, with a button of this name for doing without; waits for
    /// the person and says whether it knew them. Never on the main thread, which shows the question.
    pub recognise: fn(&AppHandle, &str, &str) -> bool,
}
