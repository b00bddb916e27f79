//! The programs under test, as cargo built them beside this one.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Child;

use crate::{Outcome, failed};

/// The path of a program of the workspace.
///
/// # Errors
/// When it was not built: `cargo build --workspace --bins` does that.
pub fn path(name: &str) -> Outcome<PathBuf> {
    let own = std::env::current_exe().map_err(failed("finding the programs"))?;
    own.ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
        .ok_or_else(|| format!("{name} is not built; run `cargo build --workspace --bins` first"))
}

/// A port of 127.0.0.1 that nothing listens on now.
///
/// # Errors
/// When the machine has none left.
pub fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(failed("looking for a free port"))?;
    Ok(listener
        .local_addr()
        .map_err(failed("looking for a free port"))?
        .port())
}

/// A program in the background, killed when dropped.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        // A program that ended by itself cannot be killed, and need not be.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
