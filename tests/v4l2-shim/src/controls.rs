//! Zoom and light of the camera: what it answers when asked about them.

use std::ffi::c_int;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::camera::{Words, fail};
use crate::folder;

/// A control: its number, its name, its kind and its range.
struct Control {
    id: u32,
    name: &'static str,
    kind: u32,
    range: [u32; 2],
    value: AtomicU32,
}

const NUMBER: u32 = 1;
const MENU: u32 = 3;
/// In a question: the one after this number.
const NEXT: u32 = 0xc000_0000;

/// By number.
static CONTROLS: [Control; 2] = [
    Control {
        id: 0x009a_090d,
        name: "Zoom, Absolute\0",
        kind: NUMBER,
        range: [100, 500],
        value: AtomicU32::new(100),
    },
    Control {
        id: 0x009c_0901,
        name: "LED Mode\0",
        kind: MENU,
        range: [0, 2],
        value: AtomicU32::new(0),
    },
];

fn find(wanted: impl Fn(u32) -> bool) -> Option<&'static Control> {
    let there = folder().is_some_and(|folder| folder.join("controls").exists());
    CONTROLS.iter().find(|control| there && wanted(control.id))
}

/// A camera that is opened is as it came.
pub fn reset() {
    for control in &CONTROLS {
        control.value.store(control.range[0], Ordering::Relaxed);
    }
}

/// Tells about one control, or the next one.
pub fn about(words: &Words) -> c_int {
    let asked = words.get(0);
    let number = asked & !NEXT;
    let control = match asked & NEXT {
        0 => find(|id| id == number),
        _ => find(|id| id > number),
    };
    let Some(control) = control else {
        return fail(libc::EINVAL);
    };
    words.set(0, control.id);
    words.set(4, control.kind);
    words.text(8, control.name);
    let [least, most] = control.range;
    for (place, value) in [(40, least), (48, most), (56, 1), (64, least)] {
        words.set(place, value);
        words.set(place + 4, 0);
    }
    words.set(72, 0);
    0
}

/// Tells the value of one control, or takes it.
pub fn exchange(words: &Words, takes: bool) -> c_int {
    let Some(control) = find(|id| id == words.get(0)) else {
        return fail(libc::EINVAL);
    };
    if !takes {
        words.set(12, control.value.load(Ordering::Relaxed));
        return 0;
    }
    let value = words.get(12);
    let [least, most] = control.range;
    if !(least..=most).contains(&value) {
        return fail(libc::ERANGE);
    }
    control.value.store(value, Ordering::Relaxed);
    0
}
