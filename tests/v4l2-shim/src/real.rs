//! The C library's own functions, found behind ours.

use std::ffi::{CStr, CString, c_char, c_int, c_long, c_ulong, c_void};
use std::mem::transmute;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicPtr, Ordering};

/// Where a function is, looked up once. No lock: locks may ask for system calls, which come here.
struct Found(AtomicPtr<c_void>, &'static CStr);

impl Found {
    const fn new(name: &'static CStr) -> Self {
        Self(AtomicPtr::new(std::ptr::null_mut()), name)
    }

    fn get(&self) -> *mut c_void {
        let known = self.0.load(Ordering::Relaxed);
        if !known.is_null() {
            return known;
        }
        let found = unsafe { libc::dlsym(libc::RTLD_NEXT, self.1.as_ptr()) };
        assert!(!found.is_null(), "the C library has this function");
        self.0.store(found, Ordering::Relaxed);
        found
    }
}

/// A path as the C library takes it.
pub fn path(path: &Path) -> CString {
    CString::new(path.as_os_str().as_bytes()).unwrap_or_default()
}

pub unsafe fn open64(path: *const c_char, flags: c_int, mode: c_int) -> c_int {
    static FOUND: Found = Found::new(c"open64");
    type Open = unsafe extern "C" fn(*const c_char, c_int, c_int) -> c_int;
    unsafe { transmute::<*mut c_void, Open>(FOUND.get())(path, flags, mode) }
}

pub unsafe fn opendir(path: *const c_char) -> *mut c_void {
    static FOUND: Found = Found::new(c"opendir");
    type OpenDir = unsafe extern "C" fn(*const c_char) -> *mut c_void;
    unsafe { transmute::<*mut c_void, OpenDir>(FOUND.get())(path) }
}

pub unsafe fn ioctl(fd: c_int, request: c_ulong, argument: *mut c_void) -> c_int {
    static FOUND: Found = Found::new(c"ioctl");
    type Ioctl = unsafe extern "C" fn(c_int, c_ulong, *mut c_void) -> c_int;
    unsafe { transmute::<*mut c_void, Ioctl>(FOUND.get())(fd, request, argument) }
}

pub unsafe fn close(fd: c_int) -> c_int {
    static FOUND: Found = Found::new(c"close");
    type Close = unsafe extern "C" fn(c_int) -> c_int;
    unsafe { transmute::<*mut c_void, Close>(FOUND.get())(fd) }
}

pub unsafe fn syscall(
    number: c_long,
    a: c_long,
    b: c_long,
    c: c_long,
    d: c_long,
    e: c_long,
    f: c_long,
) -> c_long {
    static FOUND: Found = Found::new(c"syscall");
    type Syscall =
        unsafe extern "C" fn(c_long, c_long, c_long, c_long, c_long, c_long, c_long) -> c_long;
    unsafe { transmute::<*mut c_void, Syscall>(FOUND.get())(number, a, b, c, d, e, f) }
}
