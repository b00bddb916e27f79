//! `cameras`: what `watch camera:N` can name.

use scanner_core::camera::native;
use serde_json::json;

use crate::failure::Failure;
use crate::output::Output;

pub fn run(output: &Output) -> Result<u8, Failure> {
    let cameras = native::list()?;
    for camera in &cameras {
        output.say(
            &json!({ "camera": camera.number, "name": camera.name }),
            &format!("camera:{}  {}", camera.number, camera.name),
        )?;
    }
    if cameras.is_empty() {
        output.news(&json!({ "cameras": [] }), "no camera is connected")?;
    }
    Ok(0)
}
