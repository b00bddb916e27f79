//! The three commands of the screens: take arguments, call the program, return.

use std::sync::Arc;

use scanner_core::app::{App, AppError, Event, Request};
use serde_json::Value;
use tauri::State;
use tauri::ipc::{Channel, InvokeResponseBody};

use crate::shell::WindowShell;

/// Does what a screen asks for, on a thread that may wait for disk and network.
#[tauri::command]
pub async fn request(app: State<'_, Arc<App>>, request: Value) -> Result<Value, AppError> {
    let app = Arc::clone(&app);
    let work = move || {
        let request: Request =
            serde_json::from_value(request).map_err(|_| AppError::MalformedRequest)?;
        app.answer(request)
    };
    let answer = tauri::async_runtime::spawn_blocking(work).await;
    answer.unwrap_or(Err(AppError::StoreFailed))
}

/// Sends events to a screen from now on.
#[tauri::command]
pub fn events(shell: State<'_, Arc<WindowShell>>, channel: Channel<Event>) {
    shell.listen(channel);
}

/// Sends a screen what the camera sees, from now on, as [`scanner_core::camera::Preview`] has it in bytes.
#[tauri::command]
pub fn preview(shell: State<'_, Arc<WindowShell>>, channel: Channel<InvokeResponseBody>) {
    shell.show(channel);
}
