//! Cameras of this machine. The screen holds the camera itself and sends its frames; none is driven here.

use super::contract::{CameraState, CameraTrouble, Cameras, StartCamera, TuneCamera};
use super::{App, Result};

impl App {
    pub(super) fn cameras(&self) -> Result<Cameras> {
        self.scanner()?;
        Ok(Cameras {
            cameras: Vec::new(),
            in_screen: true,
            state: no_camera(None),
        })
    }

    pub(super) fn start_camera(&self, _: StartCamera) -> Result<CameraState> {
        self.scanner()?;
        Ok(no_camera(Some(CameraTrouble::Missing)))
    }

    pub(super) fn tune_camera(&self, _: TuneCamera) -> Result<CameraState> {
        self.scanner()?;
        Ok(no_camera(None))
    }

    pub(super) fn stop_camera(&self) -> Result<CameraState> {
        self.scanner()?;
        Ok(no_camera(None))
    }
}

/// No camera of this program runs.
fn no_camera(trouble: Option<CameraTrouble>) -> CameraState {
    CameraState {
        running: false,
        asleep: false,
        name: String::new(),
        has_torch: false,
        has_zoom: false,
        trouble,
    }
}
