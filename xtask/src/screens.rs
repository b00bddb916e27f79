//! The screens of the scanner: checked, tested and built by npm, then driven in a browser.
//!
//! The window embeds what is built here, so they come before anything that cargo builds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::setup;
use crate::shell::{self, Outcome};

/// Checks and tests them and makes the page that the window embeds.
pub fn check() -> Outcome {
    install()?;
    for script in ["check", "test"] {
        shell::run(npm().args(["run", "--silent", script]))?;
    }
    build()
}

/// Makes the page that the window embeds.
pub fn build() -> Outcome {
    install()?;
    shell::run(npm().args(["run", "--silent", "build"]))
}

/// Drives them in a browser; the programs have been built before.
pub fn drive() -> Outcome {
    setup::debian(setup::BROWSER)?;
    let programs = shell::target().join("debug");
    shell::run(
        npm()
            .args(["run", "--silent", "test:browser"])
            .env("BILTEN_BIN", programs),
    )
}

/// Drives the window on a display of its own: a night, then 200 guests; the programs have been built before.
pub fn window() -> Outcome {
    // The camera that the window sees; no program stands on it, so none has built it.
    shell::run(shell::cargo().args(["build", "--quiet", "--package", "v4l2-shim"]))?;
    drive_window(&shell::target().join("debug"), 200, &[])
}

/// Lets 2,000 guests through one window of the optimised programs, and tells what that costs.
pub fn soak() -> Outcome {
    drive_window(&shell::target().join("release"), 2000, &["--", "soak"])
}

/// Opens the window that a package has installed.
pub fn installed_window() -> Outcome {
    drive_window(Path::new("/usr/bin"), 0, &["--", "opens"])
}

fn drive_window(programs: &Path, guests: u32, only: &[&str]) -> Outcome {
    setup::debian(setup::WINDOW)?;
    install()?;
    shell::run(
        npm()
            .args(["run", "--silent", "test:window"])
            .args(only)
            .env("BILTEN_BIN", programs)
            .env("BILTEN_SCANS", guests.to_string()),
    )
}

/// Whether they can be built here; in words, what they need.
pub fn can_be_built() -> Outcome {
    let version = shell::output(shell::command("node").arg("--version"));
    let version = version.unwrap_or_default();
    if shell::has("npm") && is_new_enough(&version) {
        return Ok(());
    }
    let found = match version.trim() {
        "" => "there is none",
        version => version,
    };
    Err(format!(
        "the screens need Node 20.19, or 22.12 or newer, with npm ({found} here): https://nodejs.org"
    ))
}

/// As `engines` of package.json says.
fn is_new_enough(version: &str) -> bool {
    let mut numbers = version.trim().trim_start_matches('v').split('.');
    let mut number = || numbers.next().and_then(|number| number.parse::<u32>().ok());
    match (number(), number()) {
        (Some(20), Some(minor)) => minor >= 19,
        (Some(22), Some(minor)) => minor >= 12,
        (Some(major), Some(_)) => major > 22,
        _ => false,
    }
}

/// Brings the packages of the lock file, where they are not here already.
fn install() -> Outcome {
    can_be_built()?;
    let wanted = fs::read(folder().join("package-lock.json")).unwrap_or_default();
    let mark = folder().join("node_modules/.installed-lock.json");
    if fs::read(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    shell::run(npm().args(["ci", "--silent", "--no-audit", "--no-fund"]))?;
    fs::write(&mark, wanted).map_err(|why| format!("{}: {why}", mark.display()))
}

fn npm() -> Command {
    let mut npm = shell::command("npm");
    npm.current_dir(folder());
    npm
}

fn folder() -> PathBuf {
    shell::root().join("scanner-app/ui")
}

#[cfg(test)]
mod tests {
    use super::is_new_enough;

    #[test]
    fn versions_of_node_are_told_apart() {
        for version in ["v20.19.0\n", "v20.20.2", "v22.12.1", "v23.0.0", "v24.1.0"] {
            assert!(is_new_enough(version), "{version}");
        }
        for version in ["", "v18.20.4\n", "v20.18.3", "v21.7.3", "v22.11.0", "node"] {
            assert!(!is_new_enough(version), "{version}");
        }
    }
}
