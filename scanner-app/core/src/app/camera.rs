//! The camera of this machine, where this program drives it: what it reads goes to the door, what
//! it sees to the window.
//!
//! Elsewhere the screen holds the camera and sends frames: on phones, whose cameras only a webview
//! gets, and in browsers, which the program cannot send pictures to. A camera is known by its name,
//! because its number changes with the socket. What it reads is pushed as events; nobody waits for it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::contract::{CameraState, CameraTrouble, CameraView, Cameras, StartCamera, TuneCamera};
use super::watcher::Watcher;
use super::{App, AppError, Changed, Event, Result, hold};
use crate::camera::native::{self, Listed};
use crate::camera::{self, Camera, Error, State, Tuning};

/// Without a code for so long, a camera that shall sleep goes to sleep.
const SLEEPS_AFTER: Duration = Duration::from_secs(20);

/// The camera that this program drives, while it does.
#[derive(Default)]
pub(super) struct Eye {
    held: Option<Held>,
    /// How it stood when it was let go.
    last: Option<State>,
}

struct Held {
    /// What was asked for; empty for the first there is.
    id: String,
    sleeps: bool,
    /// The camera that was found.
    name: Arc<Mutex<String>>,
    camera: Camera,
}

impl App {
    pub(super) fn cameras(&self) -> Result<Cameras> {
        self.may_look()?;
        let in_screen = self.in_screen();
        let listed = match in_screen {
            true => Vec::new(),
            false => connected(),
        };
        let cameras = named(listed).into_iter().map(|(name, _)| CameraView {
            id: name.clone(),
            name,
        });
        Ok(Cameras {
            cameras: cameras.collect(),
            in_screen,
            state: self.camera_state(),
        })
    }

    pub(super) fn start_camera(&self, it: StartCamera) -> Result<CameraState> {
        self.may_look()?;
        if self.in_screen() {
            return Ok(CameraState {
                trouble: Some(CameraTrouble::Missing),
                ..no_camera()
            });
        }
        let id = self.chosen(it.id)?;
        let sleeps = self.desk().kept.settings.camera_sleeps;
        if !self.wake_camera(&id, sleeps) {
            self.close_camera();
            self.open_camera(id, sleeps)?;
        }
        Ok(self.tell_camera())
    }

    pub(super) fn tune_camera(&self, it: TuneCamera) -> Result<CameraState> {
        self.may_look()?;
        if let Some(held) = &hold(&self.eye).held {
            held.camera.tune(Tuning {
                torch: it.torch,
                zoom: it.zoom.map(|percent| percent.min(100)),
            });
        }
        Ok(self.tell_camera())
    }

    pub(super) fn stop_camera(&self) -> Result<CameraState> {
        self.may_look()?;
        self.close_camera();
        Ok(self.camera_state())
    }

    /// Lets the camera go, whoever looks through it.
    pub(super) fn close_camera(&self) {
        let held = {
            let mut eye = hold(&self.eye);
            let held = eye.held.take();
            if let Some(held) = &held {
                eye.last = Some(held.camera.state());
            }
            held
        };
        // Its threads are waited for, and may be about to ask how the camera stands.
        if held.map(drop).is_some() {
            self.tell_camera();
        }
    }

    /// How the camera stands or stood last; absent where nobody knows.
    pub(super) fn camera_seen(&self) -> Option<State> {
        let eye = hold(&self.eye);
        let held = eye.held.as_ref().map(|held| held.camera.state());
        held.or_else(|| eye.last.clone())
            .filter(|state| *state != State::Starting)
    }

    /// Whoever may scan or enrol may look through the camera.
    pub(super) fn may_look(&self) -> Result<()> {
        match self.scanner() {
            Ok(_) | Err(AppError::NotEnrolled) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn in_screen(&self) -> bool {
        !(native::DRIVEN && self.shell.has_preview())
    }

    /// Which camera is meant; one that is named is remembered.
    fn chosen(&self, id: String) -> Result<String> {
        let kept = {
            let mut desk = self.desk();
            let known = &mut desk.kept.settings.camera;
            if id.is_empty() || id == *known {
                return Ok(known.clone());
            }
            known.clone_from(&id);
            desk.kept.clone()
        };
        kept.save(self.home.folder())?;
        self.changed(Changed::Overview);
        Ok(id)
    }

    /// Wakes the camera where it is this one; whether it is.
    fn wake_camera(&self, id: &str, sleeps: bool) -> bool {
        let eye = hold(&self.eye);
        let same = |held: &&Held| held.id == id && held.sleeps == sleeps;
        let held = eye.held.as_ref().filter(same);
        held.map(|held| held.camera.wake()).is_some()
    }

    fn open_camera(&self, id: String, sleeps: bool) -> Result<()> {
        let name = Arc::new(Mutex::new(id.clone()));
        let (wanted, found) = (id.clone(), Arc::clone(&name));
        let open = move || {
            let mut cameras = named(native::list()?).into_iter();
            let one = cameras.find(|(name, _)| wanted.is_empty() || *name == wanted);
            let (name, number) = one.ok_or(Error::NoCamera)?;
            *hold(&found) = name;
            native::open(number)
        };
        let settings = camera::Settings {
            sleep_after: sleeps.then_some(SLEEPS_AFTER),
        };
        let mut watcher = Watcher::new(self.own.clone());
        // Held until it is kept: what it tells at once finds it.
        let mut eye = hold(&self.eye);
        let clock = Arc::new(self.machine.rising);
        let camera = Camera::start(open, settings, clock, move |event| watcher.hear(event));
        eye.held = Some(Held {
            id,
            sleeps,
            name,
            camera: camera.map_err(crate::store::Error::from)?,
        });
        Ok(())
    }

    fn camera_state(&self) -> CameraState {
        hold(&self.eye).state()
    }

    /// Tells how the camera stands now. Answers come by another way than events and may be late:
    /// what was told last is what holds, so nobody tells between looking and telling.
    pub(super) fn tell_camera(&self) -> CameraState {
        let eye = hold(&self.eye);
        let state = eye.state();
        self.shell.push(&Event::Camera(state.clone()));
        state
    }
}

impl Eye {
    fn state(&self) -> CameraState {
        let Some(held) = &self.held else {
            return no_camera();
        };
        let (state, tuned) = (held.camera.state(), held.camera.tuned());
        CameraState {
            running: state == State::Running,
            asleep: state == State::Asleep,
            name: hold(&held.name).clone(),
            has_torch: tuned.torch.is_some(),
            has_zoom: tuned.zoom.is_some(),
            torch: tuned.torch.unwrap_or_default(),
            zoom: tuned.zoom.unwrap_or_default(),
            trouble: match state {
                State::Trouble(error) => Some(trouble(&error)),
                _ => None,
            },
        }
    }
}

/// The cameras that are connected; a system that does not tell has none.
fn connected() -> Vec<Listed> {
    native::list().unwrap_or_else(|error| {
        tracing::warn!(%error, "the cameras of this machine cannot be listed");
        Vec::new()
    })
}

/// Cameras by names that tell them apart, and their numbers.
fn named(cameras: Vec<Listed>) -> Vec<(String, u32)> {
    let mut known: Vec<(String, u32)> = Vec::new();
    for camera in cameras {
        let mut name = camera.name.clone();
        let mut count = 1;
        while known.iter().any(|(known, _)| *known == name) {
            count += 1;
            name = format!("{} ({count})", camera.name);
        }
        known.push((name, camera.number));
    }
    known
}

/// No camera of this program runs.
fn no_camera() -> CameraState {
    CameraState {
        running: false,
        asleep: false,
        name: String::new(),
        has_torch: false,
        has_zoom: false,
        torch: false,
        zoom: 0,
        trouble: None,
    }
}

fn trouble(error: &Error) -> CameraTrouble {
    match error {
        Error::NoCamera => CameraTrouble::Missing,
        Error::Busy => CameraTrouble::Busy,
        Error::Denied => CameraTrouble::Denied,
        Error::Unplugged => CameraTrouble::Gone,
        Error::Silent => CameraTrouble::Silent,
        Error::Format { .. } | Error::Failed { .. } => CameraTrouble::Failed,
    }
}

impl From<CameraTrouble> for Error {
    fn from(trouble: CameraTrouble) -> Self {
        match trouble {
            CameraTrouble::Missing => Self::NoCamera,
            CameraTrouble::Busy => Self::Busy,
            CameraTrouble::Denied => Self::Denied,
            CameraTrouble::Gone => Self::Unplugged,
            CameraTrouble::Silent => Self::Silent,
            CameraTrouble::Failed => Self::failed("as its screen says"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cameras_of_one_name_are_told_apart() {
        let camera = |number, name: &str| Listed {
            number,
            name: name.into(),
        };
        let cameras = [camera(0, "Door"), camera(2, "Till"), camera(4, "Door")];
        let names = [("Door", 0), ("Till", 2), ("Door (2)", 4)];
        assert_eq!(
            named(cameras.into()),
            names.map(|(name, number)| (name.to_owned(), number))
        );
    }
}
