//! What the program's own camera sees and reads, on its way to the screens.

use std::sync::Weak;
use std::time::Duration;

use super::{App, AppError, Event};
use crate::camera::{self, Preview, Seen};

/// The window is sent a picture this often: enough to hold a code before the camera.
const PREVIEW_EVERY: Duration = Duration::from_millis(125);

/// Hears what the camera tells, on its thread.
pub(super) struct Watcher {
    app: Weak<App>,
    preview_at: Option<Duration>,
    in_view: u32,
    /// Why what was read last could not be decided.
    trouble: Option<AppError>,
}

impl Watcher {
    pub(super) const fn new(app: Weak<App>) -> Self {
        Self {
            app,
            preview_at: None,
            in_view: 0,
            trouble: None,
        }
    }

    pub(super) fn hear(&mut self, event: camera::Event<'_>) {
        let Some(app) = self.app.upgrade() else {
            return;
        };
        match event {
            camera::Event::State(_) => drop(app.tell_camera()),
            camera::Event::Seen(seen) => self.seen(&app, &seen),
        }
    }

    fn seen(&mut self, app: &App, seen: &Seen<'_>) {
        // Behind a lock nobody looks, and nothing is read.
        if app.may_look().is_err() {
            return;
        }
        if self.preview_at.is_none_or(|at| seen.at >= at) {
            self.preview_at = Some(seen.at + PREVIEW_EVERY);
            app.shell.preview(&Preview::of(seen.picture));
        }
        let trouble = match app.read_frame(seen.texts, seen.took) {
            Ok(reads) => {
                if reads.in_view != self.in_view || !reads.shown.is_empty() {
                    self.in_view = reads.in_view;
                    app.shell.push(&Event::Reads(reads));
                }
                None
            }
            Err(error) => Some(error),
        };
        if self.trouble != trouble {
            self.trouble.clone_from(&trouble);
            app.shell.push(&Event::Undecided { error: trouble });
        }
    }
}
