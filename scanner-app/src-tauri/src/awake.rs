//! A screen that stays lit: by a helper of the system that holds it for as long as it runs.
//!
//! Where there is no such helper the screen follows the system's own settings.

use std::process::{Child, Command, Stdio};

/// Whether the screen is held lit.
#[derive(Default)]
pub struct Awake(Option<Child>);

impl Awake {
    /// Holds the screen lit, or lets it go.
    pub fn set(&mut self, on: bool) {
        match (on, &self.0) {
            (true, None) => self.0 = helper().and_then(|mut helper| helper.spawn().ok()),
            (false, Some(_)) => self.release(),
            _ => {}
        }
    }

    fn release(&mut self) {
        if let Some(mut helper) = self.0.take() {
            // One that has ended by itself holds nothing.
            let _ = helper.kill();
            let _ = helper.wait();
        }
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        self.release();
    }
}

/// Runs for as long as its input is open, so it ends with this program however that ends.
fn helper() -> Option<Command> {
    let mut command = if cfg!(target_os = "linux") {
        let mut command = Command::new("systemd-inhibit");
        command.args(["--what=idle", "--who=Bilten", "--why=Scanning", "cat"]);
        command
    } else if cfg!(target_os = "macos") {
        let mut command = Command::new("caffeinate");
        command.args(["-d", "cat"]);
        command
    } else {
        return None;
    };
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Some(command)
}
