//! A camera that is not there: the folder that `tests/v4l2-shim` obeys, and what it shows.

use std::path::{Path, PathBuf};
use std::process::Command;

use scanner_core::picture;
use tempfile::TempDir;

const WIDTH: usize = 640;
const HEIGHT: usize = 480;
const FOLDER: &str = "BILTEN_V4L2";

/// The folder that the shim obeys.
pub struct Shim {
    folder: PathBuf,
    _own: Option<TempDir>,
}

impl Shim {
    /// A camera in a folder of its own, for a program that is started with it.
    pub fn new() -> Self {
        let own = tempfile::tempdir().unwrap();
        let shim = Self {
            folder: own.path().to_owned(),
            _own: Some(own),
        };
        shim.set_up();
        shim
    }

    /// The camera of this process.
    pub fn of_process() -> Self {
        let shim = Self {
            folder: std::env::var_os(FOLDER).unwrap().into(),
            _own: None,
        };
        shim.set_up();
        shim
    }

    fn set_up(&self) {
        std::fs::create_dir(self.folder.join("dev")).unwrap();
        self.put("name", b"Door camera\n");
        self.plug();
    }

    /// Puts a file in place whole.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        let fresh = self.folder.join("fresh");
        std::fs::write(&fresh, bytes).unwrap();
        std::fs::rename(fresh, self.folder.join(name)).unwrap();
    }

    /// It is there and works.
    pub fn plug(&self) {
        self.put("trouble", b"");
        self.put("dev/video0", b"");
    }

    /// ENODEV wherever it is asked, and no entry any more.
    pub fn unplug(&self) {
        std::fs::remove_file(self.folder.join("dev/video0")).unwrap();
        self.put("trouble", b"gone 19");
    }

    /// Shows a code that is moved about, or an empty desk.
    pub fn show(&self, text: Option<&str>) {
        let Some(text) = text else {
            return self.put("scene", &yuyv(None));
        };
        let png = ticket_crypto::qr::png(text, ticket_crypto::qr::Ecc::M, 5).unwrap();
        let code = picture::parse(&png).unwrap();
        let frames = (0..8).flat_map(|step| yuyv(Some((&code, 40 + 20 * step, 30 + 6 * step))));
        self.put("scene", &frames.collect::<Vec<u8>>());
    }

    /// The program, with the stand-in before the C library.
    pub fn before(&self, command: &mut Command) {
        preload(command, &self.folder);
    }
}

/// Whether this process has the stand-in; runs the test of this name in one where it has not.
pub fn inside(test: &str) -> bool {
    if std::env::var_os(FOLDER).is_some() {
        return true;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    preload(command.args(["--exact", test]), folder.path());
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && told.contains("1 passed"),
        "{told}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    false
}

fn preload(command: &mut Command, folder: &Path) {
    command.env("LD_PRELOAD", library()).env(FOLDER, folder);
}

fn library() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let built = own.parent().unwrap().join("libv4l2_shim.so");
    assert!(
        built.is_file(),
        "cargo builds {} with this test",
        built.display()
    );
    built
}

/// A grey frame with a picture on it.
fn yuyv(code: Option<(&decode::LumaImage, usize, usize)>) -> Vec<u8> {
    let mut bytes = [0x90, 0x80].repeat(WIDTH * HEIGHT);
    if let Some((code, left, top)) = code {
        for (y, row) in code.frame().rows().enumerate() {
            for (x, shade) in row.iter().enumerate() {
                bytes[2 * ((top + y) * WIDTH + left + x)] = *shade;
            }
        }
    }
    bytes
}
