//! A camera that is not there, for tests: loaded before the C library
//! (`LD_PRELOAD`), it answers for `/dev/video0`.
//!
//! The test owns a folder, named by `BILTEN_V4L2`, and changes what the camera does
//! by changing files in it, each put in place whole by renaming:
//!
//! - `dev/`: what a listing of `/dev` shows; without `video0` in it there is none.
//! - `name`: what the camera is called.
//! - `scene`: raw YUYV frames of [`WIDTH`] x [`HEIGHT`], shown one after the other
//!   and again from the first.
//! - `controls`: where there is such a file, the camera has a light and a zoom.
//! - `trouble`: lines of `<where> <errno>`; `open`, `buffers`, `frame` and `stop` fail
//!   so, and `gone` fails everything.
//!
//! Everything else goes to the C library. No real device is opened or listed.

#![cfg(target_os = "linux")]

mod camera;
mod controls;
mod real;

use std::ffi::{CStr, c_char, c_int, c_long, c_ulong, c_void};
use std::path::PathBuf;

/// Width of every frame in pixels.
pub const WIDTH: usize = 640;
/// Height of every frame in pixels.
pub const HEIGHT: usize = 480;
/// Frames a second.
pub const RATE: u32 = 15;
/// Bytes of one frame.
pub const FRAME: usize = WIDTH * HEIGHT * 2;

const DEVICE: &[u8] = b"/dev/video0";
const NAME: &[u8] = b"/sys/class/video4linux/video0/name";

/// The test's folder.
fn folder() -> Option<PathBuf> {
    std::env::var_os("BILTEN_V4L2").map(PathBuf::from)
}

/// Stands in for `open`.
///
/// # Safety
/// As the C library's: `path` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn open(path: *const c_char, flags: c_int, mode: c_int) -> c_int {
    unsafe { opened(path, flags, mode) }
}

/// Stands in for `open64`.
///
/// # Safety
/// As the C library's: `path` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn open64(path: *const c_char, flags: c_int, mode: c_int) -> c_int {
    unsafe { opened(path, flags, mode) }
}

unsafe fn opened(path: *const c_char, flags: c_int, mode: c_int) -> c_int {
    let bytes = unsafe { CStr::from_ptr(path) }.to_bytes();
    let inside = match bytes {
        DEVICE => return camera::open(),
        NAME => folder().map(|folder| real::path(&folder.join("name"))),
        _ => None,
    };
    let path = inside.as_ref().map_or(path, |inside| inside.as_ptr());
    unsafe { real::open64(path, flags, mode) }
}

/// Stands in for `opendir`.
///
/// # Safety
/// As the C library's: `path` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opendir(path: *const c_char) -> *mut c_void {
    let bytes = unsafe { CStr::from_ptr(path) }.to_bytes();
    let inside = match bytes {
        b"/dev" | b"/dev/" => folder().map(|folder| real::path(&folder.join("dev"))),
        _ => None,
    };
    let path = inside.as_ref().map_or(path, |inside| inside.as_ptr());
    unsafe { real::opendir(path) }
}

/// Stands in for `ioctl`.
///
/// # Safety
/// As the C library's: what `argument` points to fits the request.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ioctl(fd: c_int, request: c_ulong, argument: *mut c_void) -> c_int {
    match camera::is_open(fd) {
        true => unsafe { camera::ioctl(request, argument) },
        false => unsafe { real::ioctl(fd, request, argument) },
    }
}

/// Stands in for `syscall`, through which some libraries ask for `ioctl`.
///
/// # Safety
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn syscall(
    number: c_long,
    a: c_long,
    b: c_long,
    c: c_long,
    d: c_long,
    e: c_long,
    f: c_long,
) -> c_long {
    if number == libc::SYS_ioctl && camera::is_open(a as c_int) {
        return c_long::from(unsafe { camera::ioctl(b as c_ulong, c as *mut c_void) });
    }
    unsafe { real::syscall(number, a, b, c, d, e, f) }
}

/// Stands in for `close`: a number that is free again is no camera.
///
/// # Safety
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn close(fd: c_int) -> c_int {
    camera::closed(fd);
    unsafe { real::close(fd) }
}
