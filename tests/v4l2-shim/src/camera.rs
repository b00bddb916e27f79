//! The camera: what it answers to each request.
//!
//! An open camera is a file in memory, so that mapping, polling and closing it are
//! the kernel's own; each of its buffers is a page-rounded stretch of that file.

use std::ffi::{c_int, c_ulong, c_void};
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use std::time::Duration;

use crate::{FRAME, HEIGHT, RATE, WIDTH, controls, folder};

/// The open camera, or -1.
static OPEN: AtomicI32 = AtomicI32::new(-1);
/// Buffers that wait to be filled, a bit each.
static QUEUED: AtomicU32 = AtomicU32::new(0);
/// Frames shown so far.
static SHOWN: AtomicU32 = AtomicU32::new(0);

const BUFFERS: u32 = 8;
const STRETCH: usize = FRAME.next_multiple_of(4096);
const YUYV: u32 = u32::from_le_bytes(*b"YUYV");

/// Numbers of requests, the lowest byte of each.
mod request {
    pub const CAPABILITIES: c_ulong = 0;
    pub const LIST_FORMATS: c_ulong = 2;
    pub const FORMAT: c_ulong = 4;
    pub const SET_FORMAT: c_ulong = 5;
    pub const BUFFERS: c_ulong = 8;
    pub const BUFFER: c_ulong = 9;
    pub const QUEUE: c_ulong = 15;
    pub const DEQUEUE: c_ulong = 17;
    pub const START: c_ulong = 18;
    pub const STOP: c_ulong = 19;
    pub const RATE: c_ulong = 21;
    pub const SET_RATE: c_ulong = 22;
    pub const LIST_SIZES: c_ulong = 74;
    pub const LIST_RATES: c_ulong = 75;
    pub const GET_CONTROLS: c_ulong = 71;
    pub const SET_CONTROLS: c_ulong = 72;
    pub const ABOUT_CONTROL: c_ulong = 103;

    use std::ffi::c_ulong;
}

/// The errno that the test's folder gives for what is done at `place`.
fn trouble(place: &str) -> Option<c_int> {
    let text = std::fs::read_to_string(folder()?.join("trouble")).ok()?;
    text.lines().find_map(|line| {
        let (at, number) = line.split_once(' ')?;
        (at == place || at == "gone").then(|| number.trim().parse().ok())?
    })
}

pub fn fail(number: c_int) -> c_int {
    unsafe { *libc::__errno_location() = number };
    -1
}

pub fn is_open(fd: c_int) -> bool {
    fd >= 0 && OPEN.load(Ordering::Relaxed) == fd
}

pub fn closed(fd: c_int) {
    let _ = OPEN.compare_exchange(fd, -1, Ordering::Relaxed, Ordering::Relaxed);
}

pub fn open() -> c_int {
    let listed = folder().is_some_and(|folder| folder.join("dev/video0").exists());
    if !listed {
        return fail(libc::ENOENT);
    }
    if let Some(number) = trouble("open") {
        return fail(number);
    }
    let fd = unsafe { libc::memfd_create(c"camera".as_ptr(), libc::MFD_CLOEXEC) };
    if fd >= 0 {
        unsafe { libc::ftruncate(fd, (STRETCH * BUFFERS as usize) as libc::off_t) };
        QUEUED.store(0, Ordering::Relaxed);
        controls::reset();
        OPEN.store(fd, Ordering::Relaxed);
    }
    fd
}

/// A structure of the kernel's interface, by the places of its 32-bit words in bytes.
pub struct Words(pub *mut u8);

impl Words {
    pub fn get(&self, place: usize) -> u32 {
        unsafe { self.0.add(place).cast::<u32>().read_unaligned() }
    }

    pub fn set(&self, place: usize, value: u32) {
        unsafe { self.0.add(place).cast::<u32>().write_unaligned(value) }
    }

    pub fn text(&self, place: usize, text: &str) {
        unsafe { std::ptr::copy_nonoverlapping(text.as_ptr(), self.0.add(place), text.len()) }
    }
}

pub unsafe fn ioctl(request: c_ulong, argument: *mut c_void) -> c_int {
    let words = Words(argument.cast());
    if (request >> 8) & 0xff != c_ulong::from(b'V') {
        return fail(libc::ENOTTY);
    }
    let request = request & 0xff;
    if let Some(number) = trouble(place(request)) {
        return fail(number);
    }
    match request {
        request::CAPABILITIES => capabilities(&words),
        request::LIST_FORMATS => match words.get(0) {
            0 => words.set(44, YUYV),
            _ => return fail(libc::EINVAL),
        },
        request::FORMAT | request::SET_FORMAT => format(&words),
        request::RATE | request::SET_RATE => {
            words.set(12, 1);
            words.set(16, RATE);
        }
        request::LIST_SIZES | request::LIST_RATES if words.get(0) > 0 => {
            return fail(libc::EINVAL);
        }
        request::LIST_SIZES => {
            words.set(8, 1);
            words.set(12, WIDTH as u32);
            words.set(16, HEIGHT as u32);
        }
        request::LIST_RATES => {
            words.set(16, 1);
            words.set(20, 1);
            words.set(24, RATE);
        }
        request::ABOUT_CONTROL => return controls::about(&words),
        request::GET_CONTROLS | request::SET_CONTROLS => {
            let controls = unsafe { argument.cast::<u8>().add(24).cast::<*mut u8>().read() };
            return controls::exchange(&Words(controls), request == request::SET_CONTROLS);
        }
        request::BUFFERS => words.set(0, words.get(0).min(BUFFERS)),
        request::BUFFER => buffer(&words, 0),
        request::QUEUE => {
            QUEUED.fetch_or(1 << words.get(0), Ordering::Relaxed);
        }
        request::DEQUEUE => return dequeue(&words),
        request::START => {}
        request::STOP => QUEUED.store(0, Ordering::Relaxed),
        _ => return fail(libc::EINVAL),
    }
    0
}

/// Where a request can be told to fail.
fn place(request: c_ulong) -> &'static str {
    match request {
        request::BUFFERS => "buffers",
        request::DEQUEUE => "frame",
        request::STOP => "stop",
        _ => "nowhere",
    }
}

fn capabilities(words: &Words) {
    const CAPTURE: u32 = 1;
    const STREAMING: u32 = 0x0400_0000;
    words.text(0, "shim\0");
    words.text(16, "Camera of a test\0");
    words.text(48, "nowhere\0");
    words.set(84, CAPTURE | STREAMING);
    words.set(88, CAPTURE | STREAMING);
}

fn format(words: &Words) {
    const NOT_INTERLACED: u32 = 1;
    let values = [
        WIDTH as u32,
        HEIGHT as u32,
        YUYV,
        NOT_INTERLACED,
        WIDTH as u32 * 2,
        FRAME as u32,
    ];
    for (index, value) in values.into_iter().enumerate() {
        words.set(8 + 4 * index, value);
    }
}

fn buffer(words: &Words, filled: u32) {
    words.set(8, filled);
    words.set(60, 1);
    words.set(64, words.get(0) * STRETCH as u32);
    words.set(72, FRAME as u32);
}

fn dequeue(words: &Words) -> c_int {
    std::thread::sleep(Duration::from_secs(1) / RATE);
    let queued = QUEUED.load(Ordering::Relaxed);
    if queued == 0 {
        return fail(libc::EAGAIN);
    }
    let index = queued.trailing_zeros();
    QUEUED.fetch_and(!(1 << index), Ordering::Relaxed);
    let shown = SHOWN.fetch_add(1, Ordering::Relaxed);
    let frame = frame(shown as usize);
    let fd = OPEN.load(Ordering::Relaxed);
    let at = (index as usize * STRETCH) as libc::off_t;
    unsafe { libc::pwrite(fd, frame.as_ptr().cast(), frame.len(), at) };
    words.set(0, index);
    words.set(56, shown);
    buffer(words, FRAME as u32);
    0
}

/// The frame of the scene whose turn it is; grey where there is no scene.
fn frame(turn: usize) -> Vec<u8> {
    let mut bytes = vec![0x80; FRAME];
    let scene = folder().and_then(|folder| File::open(folder.join("scene")).ok());
    if let Some(scene) = scene
        && let Ok(metadata) = scene.metadata()
        && let frames @ 1.. = metadata.len() as usize / FRAME
    {
        // A scene that cannot be read shows grey, and the test sees that.
        let _ = scene.read_exact_at(&mut bytes, (turn % frames * FRAME) as u64);
    }
    bytes
}
