//! Light and zoom of a camera of this computer, where its driver has them.

use nokhwa::Camera;
use nokhwa::utils::{
    CameraControl, ControlValueDescription, ControlValueSetter, KnownCameraControl,
    KnownCameraControlFlag,
};

use super::Tuning;

/// How far it zooms, as a place in its range; V4L2 knows that by another number than nokhwa's own,
/// which is a speed there.
const ZOOM: KnownCameraControl = match cfg!(target_os = "linux") {
    true => KnownCameraControl::Other(0x009a_090d),
    false => KnownCameraControl::Zoom,
};
/// What the light does, by the number that V4L2 has for it; other systems list no such control.
const LIGHT: KnownCameraControl = KnownCameraControl::Other(0x009c_0901);
const LIGHT_OFF: i64 = 0;
const LIGHT_ON: i64 = 2;

/// Does what is wished as far as `camera` can, and says how it is now.
pub(super) fn tune(camera: &mut Camera, wish: Tuning) -> Tuning {
    Tuning {
        torch: light(camera, wish.torch),
        zoom: zoom(camera, wish.zoom),
    }
}

fn light(camera: &mut Camera, wish: Option<bool>) -> Option<bool> {
    let control = usable(camera, LIGHT)?;
    let ControlValueDescription::IntegerRange { max, value, .. } = *control.description() else {
        return None;
    };
    let now = (max >= LIGHT_ON).then_some(value == LIGHT_ON)?;
    let Some(on) = wish else { return Some(now) };
    let value = if on { LIGHT_ON } else { LIGHT_OFF };
    let done = set(camera, LIGHT, ControlValueSetter::Integer(value));
    Some(if done { on } else { now })
}

fn zoom(camera: &mut Camera, wish: Option<u8>) -> Option<u8> {
    let control = usable(camera, ZOOM)?;
    let (now, value) = match *control.description() {
        ControlValueDescription::IntegerRange {
            min,
            max,
            value,
            step,
            ..
        } if max > min => {
            let value_of = |percent| ControlValueSetter::Integer(place(min, max, step, percent));
            (
                percent(min as f64, max as f64, value as f64),
                wish.map(value_of),
            )
        }
        ControlValueDescription::FloatRange {
            min, max, value, ..
        } if max > min => {
            let value_of = |percent| min + (max - min) * f64::from(percent) / 100.0;
            let wish = wish.map(value_of).map(ControlValueSetter::Float);
            (percent(min, max, value), wish)
        }
        _ => return None,
    };
    let done = value.is_some_and(|value| set(camera, ZOOM, value));
    Some(if done { wish.unwrap_or(now) } else { now })
}

/// A control that is there and can be set.
fn usable(camera: &Camera, id: KnownCameraControl) -> Option<CameraControl> {
    use KnownCameraControlFlag::{Disabled, ReadOnly};

    let control = camera.camera_control(id).ok()?;
    let flags = control.flag();
    let fixed = flags.contains(&ReadOnly) || flags.contains(&Disabled);
    (!fixed).then_some(control)
}

fn set(camera: &mut Camera, id: KnownCameraControl, value: ControlValueSetter) -> bool {
    let set = camera.set_camera_control(id, value);
    if let Err(error) = &set {
        tracing::warn!(%error, "the camera does not do what it says it can");
    }
    set.is_ok()
}

/// The place at `percent` of a range, on one of its steps.
fn place(min: i64, max: i64, step: i64, percent: u8) -> i64 {
    let far = (max - min) * i64::from(percent.min(100)) / 100;
    min + far / step.max(1) * step.max(1)
}

/// How far `value` is in a range; 0 to 100.
fn percent(min: f64, max: f64, value: f64) -> u8 {
    ((value - min) / (max - min) * 100.0)
        .round()
        .clamp(0.0, 100.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_a_place_in_the_range_and_back() {
        assert_eq!(
            [0, 50, 100].map(|at| place(100, 500, 10, at)),
            [100, 300, 500]
        );
        assert_eq!(place(0, 9, 4, 99), 8);
        assert_eq!(place(0, 9, 0, 200), 9);
        assert_eq!(percent(100.0, 500.0, 300.0), 50);
        assert_eq!(percent(1.0, 3.0, 7.0), 100);
    }
}
