//! The machine around the program: a window of the system.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use scanner_core::app::{AppError, Event, Feel, Notice, Shell, Sound};
use scanner_core::camera::Preview;
use scanner_core::relay::Relay;
use scanner_core::saving::save_in;
use tauri::ipc::{Channel, InvokeResponseBody};
use tauri::{AppHandle, Manager as _, UserAttentionType};

use crate::awake::Awake;
use crate::phone::Phone;

/// A window and the screens in it.
pub struct WindowShell {
    app: AppHandle,
    relay: Option<Relay>,
    phone: Option<Phone>,
    screen: Mutex<Option<Channel<Event>>>,
    eye: Mutex<Option<Channel<InvokeResponseBody>>>,
    awake: Mutex<Awake>,
}

impl WindowShell {
    /// The windows of `app`.
    pub fn new(app: AppHandle, relay: Option<Relay>, phone: Option<Phone>) -> Self {
        Self {
            app,
            relay,
            phone,
            screen: Mutex::default(),
            eye: Mutex::default(),
            awake: Mutex::default(),
        }
    }

    /// Sends events to `screen` from now on. There is one window: a page that was loaded anew comes
    /// in place of the one before.
    pub fn listen(&self, screen: Channel<Event>) {
        *hold(&self.screen) = Some(screen);
    }

    /// Sends what the camera sees to `eye` from now on, in place of the one before.
    pub fn show(&self, eye: Channel<InvokeResponseBody>) {
        *hold(&self.eye) = Some(eye);
    }

    /// Shows the window to who started the program once more.
    pub fn to_front(&self) {
        if let Some(window) = self.window() {
            // Some window systems let no program come forward by itself: there it blinks.
            let _ = window.unminimize();
            let _ = window.set_focus();
            let _ = window.request_user_attention(Some(UserAttentionType::Informational));
        }
    }

    fn window(&self) -> Option<tauri::WebviewWindow> {
        self.app.webview_windows().into_values().next()
    }
}

impl Shell for WindowShell {
    fn push(&self, event: &Event) {
        let mut screen = hold(&self.screen);
        // A page that went away hears nothing; the next one asks how things stand.
        if screen
            .as_ref()
            .is_some_and(|screen| screen.send(event.clone()).is_err())
        {
            *screen = None;
        }
    }

    fn has_preview(&self) -> bool {
        true
    }

    fn preview(&self, picture: &Preview) {
        let mut eye = hold(&self.eye);
        let bytes = || InvokeResponseBody::Raw(picture.to_bytes());
        if eye.as_ref().is_some_and(|eye| eye.send(bytes()).is_err()) {
            *eye = None;
        }
    }

    fn sound(&self, sound: Sound, volume: u8) {
        self.push(&Event::Play { sound, volume });
    }

    fn haptics(&self, feel: Feel) {
        if let Some(phone) = &self.phone {
            (phone.vibrate)(&self.app, feel);
        }
    }

    fn has_haptics(&self) -> bool {
        self.phone.is_some()
    }

    fn notice(&self, notice: Notice) {
        tracing::info!(?notice, "somebody should look at the window");
        if let Some(window) = self.window() {
            // A window system that cannot blink loses nothing that the screen does not show.
            let _ = window.request_user_attention(Some(UserAttentionType::Informational));
        }
    }

    fn full_screen(&self, on: bool) {
        if let Some(window) = self.window() {
            // Where windows cannot fill the screen, the program works in what it has.
            let _ = window.set_fullscreen(on);
        }
    }

    fn keep_awake(&self, on: bool) {
        hold(&self.awake).set(on);
    }

    fn relay(&self) {
        if let Some(relay) = &self.relay {
            relay.switch();
        }
    }

    fn has_relay(&self) -> bool {
        self.relay.is_some()
    }

    fn has_biometrics(&self) -> bool {
        let has = |phone: &Phone| (phone.has_biometrics)(&self.app);
        self.phone.as_ref().is_some_and(has)
    }

    fn recognise(&self, question: &str, instead: &str) -> Result<(), AppError> {
        match &self.phone {
            Some(phone) if (phone.recognise)(&self.app, question, instead) => Ok(()),
            _ => Err(AppError::NotRecognised),
        }
    }

    fn save(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, AppError> {
        let path = self.app.path();
        // On iOS an app has no downloads that it could write; its documents are shown in Files.
        let folder = match cfg!(target_os = "ios") {
            true => path.document_dir(),
            false => path.download_dir().or_else(|_| path.document_dir()),
        };
        let folder = folder.map_err(|_| AppError::FileFailed)?;
        save_in(&folder, name, bytes)
    }
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
