//! One window for each folder of files: a program that is started again hands on what it was started with.
//!
//! Systems of desktops start a program anew for every link that is clicked. Who comes second leaves a file
//! in the folder and goes; who was first looks for it. Not here: who may open the store, which other programs
//! than this one want too.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// Held for as long as the window is open.
const LOCK: &str = "window.lock";
/// What a second program was started with.
const LEFT: &str = "window.opened";

/// How often both look: shorter than a person wonders.
const EVERY: Duration = Duration::from_millis(250);
/// How often the second one looks whether it was heard, or is alone by now, before it gives up.
const PATIENCE: u32 = 20;

/// The right to be the window of a folder, until dropped.
#[derive(Debug)]
pub struct Single {
    folder: PathBuf,
    _lock: File,
}

/// What became of a start.
#[derive(Debug)]
pub enum Start {
    /// No other window is open.
    First(Single),
    /// The window that is open has the link and comes to the front.
    HandedOver,
    /// A window is open and does not take it.
    Deaf,
}

impl Single {
    /// Becomes the window of `folder`, or hands `link` to the one that is.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn start(folder: &Path, link: Option<&str>) -> io::Result<Start> {
        fs::create_dir_all(folder)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join(LOCK))?;
        if try_take(&lock)? {
            return Self::first(folder, lock);
        }
        let left = leave(folder, link.unwrap_or_default())?;
        for _ in 0..PATIENCE {
            thread::sleep(EVERY);
            if !left.exists() {
                return Ok(Start::HandedOver);
            }
            // A window that was killed or closed a moment ago was still on its way out.
            if try_take(&lock)? {
                return Self::first(folder, lock);
            }
        }
        match fs::remove_file(&left) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Start::HandedOver),
            removed => removed.map(|()| Start::Deaf),
        }
    }

    fn first(folder: &Path, lock: File) -> io::Result<Start> {
        let single = Self {
            folder: folder.to_owned(),
            _lock: lock,
        };
        // Meant for a window that is gone.
        let _nobody_left_any = single.take();
        Ok(Start::First(single))
    }

    /// Calls `opened` with what each further start brings, which is no link where only the program was
    /// started again.
    pub fn listen(self, opened: impl Fn(Option<String>) + Send + 'static) {
        thread::spawn(move || {
            loop {
                thread::sleep(EVERY);
                if let Some(link) = self.take() {
                    opened(Some(link).filter(|link| !link.is_empty()));
                }
            }
        });
    }

    fn take(&self) -> Option<String> {
        let path = self.folder.join(LEFT);
        let text = fs::read(&path).ok()?;
        fs::remove_file(&path).ok()?;
        Some(String::from_utf8_lossy(&text).into_owned())
    }
}

/// Takes the lock where nobody has it; whether it is ours.
fn try_take(lock: &File) -> io::Result<bool> {
    match lock.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Leaves `link` for the window that is open; gives the file that is gone when it was taken.
fn leave(folder: &Path, link: &str) -> io::Result<PathBuf> {
    let (whole, left) = (
        folder.join(format!("{LEFT}.{}", std::process::id())),
        folder.join(LEFT),
    );
    fs::write(&whole, link)?;
    fs::rename(&whole, &left)?;
    Ok(left)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn first(folder: &Path) -> Single {
        match Single::start(folder, None).unwrap() {
            Start::First(single) => single,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn who_comes_second_hands_on_its_link() {
        let folder = tempfile::tempdir().unwrap();
        let (opened, links) = mpsc::channel();
        first(folder.path()).listen(move |link| opened.send(link).unwrap());
        for link in [Some("bilten:enrol/1/https://t.example"), None] {
            let second = Single::start(folder.path(), link).unwrap();
            assert!(matches!(second, Start::HandedOver), "{second:?}");
            assert_eq!(links.recv().unwrap().as_deref(), link);
        }
    }

    #[test]
    fn a_window_that_does_not_listen_is_told_from_none() {
        let folder = tempfile::tempdir().unwrap();
        let deaf = first(folder.path());
        let second = Single::start(folder.path(), Some("bilten:x")).unwrap();
        assert!(matches!(second, Start::Deaf), "{second:?}");
        drop(deaf);
        assert_eq!(first(folder.path()).take(), None, "nothing is left behind");
    }

    #[test]
    fn who_comes_while_the_window_goes_is_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let killed = first(folder.path());
        let next = thread::scope(|scope| {
            let next = scope.spawn(|| Single::start(folder.path(), Some("bilten:x")).unwrap());
            thread::sleep(EVERY / 2);
            drop(killed);
            next.join().unwrap()
        });
        let Start::First(next) = next else {
            panic!("{next:?}");
        };
        assert_eq!(next.take(), None, "its link is its own");
    }

    #[test]
    fn what_was_meant_for_a_window_that_is_gone_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(LEFT), "bilten:old").unwrap();
        assert_eq!(first(folder.path()).take(), None);
    }
}
