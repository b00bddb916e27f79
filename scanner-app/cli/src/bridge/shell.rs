//! The machine around the program: a browser somewhere on this one.

use std::path::PathBuf;
use std::sync::Arc;

use scanner_core::app::{AppError, Event, Feel, Notice, Shell, Sound};
use scanner_core::relay::Relay;
use scanner_core::saving::save_in;
use tokio::sync::broadcast::{self, Receiver, Sender};

/// Events that a slow screen may be behind.
const BEHIND: usize = 256;

/// Screens in a browser.
pub struct BridgeShell {
    folder: PathBuf,
    relay: Option<Relay>,
    events: Sender<Arc<String>>,
}

impl BridgeShell {
    /// Saved files go below `folder`.
    pub fn new(folder: PathBuf, relay: Option<Relay>) -> Self {
        Self {
            folder,
            relay,
            events: broadcast::channel(BEHIND).0,
        }
    }

    /// Events from now on, as JSON.
    pub fn listen(&self) -> Receiver<Arc<String>> {
        self.events.subscribe()
    }
}

impl Shell for BridgeShell {
    fn push(&self, event: &Event) {
        if let Ok(text) = serde_json::to_string(event) {
            // With no screen open there is nobody to tell.
            let _ = self.events.send(Arc::new(text));
        }
    }

    fn sound(&self, sound: Sound, volume: u8) {
        self.push(&Event::Play { sound, volume });
    }

    fn haptics(&self, feel: Feel) {
        self.push(&Event::Vibrate { feel });
    }

    fn has_haptics(&self) -> bool {
        // The browser knows; a machine without does nothing.
        true
    }

    fn notice(&self, notice: Notice) {
        tracing::info!(?notice, "somebody should look at the screen");
    }

    fn full_screen(&self, _on: bool) {}

    fn keep_awake(&self, _on: bool) {}

    fn relay(&self) {
        if let Some(relay) = &self.relay {
            relay.switch();
        }
    }

    fn has_relay(&self) -> bool {
        self.relay.is_some()
    }

    fn has_biometrics(&self) -> bool {
        false
    }

    fn recognise(&self, _question: &str, _instead: &str) -> Result<(), AppError> {
        Err(AppError::NotRecognised)
    }

    fn save(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, AppError> {
        save_in(&self.folder.join("saved"), name, bytes)
    }
}
