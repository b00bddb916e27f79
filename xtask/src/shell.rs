//! Running other programs, and where the workspace keeps its things.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why a task stopped, in words for the person who ran it.
pub type Outcome<T = ()> = Result<T, String>;

/// The root of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// Where tools and caches live between runs.
pub fn cache() -> PathBuf {
    let base = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
        .unwrap_or_else(std::env::temp_dir);
    base.join("bilten")
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The cargo that runs this task.
pub fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// A command that starts in the root of the workspace.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// Runs to the end with the terminal's own output; anything but success stops the task.
pub fn run(command: &mut Command) -> Outcome {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{} ended with {status}", words(command))),
        Err(why) => Err(format!("{} could not be started: {why}", words(command))),
    }
}

/// Runs to the end and returns what it wrote; what it wrote is part of a failure.
pub fn output(command: &mut Command) -> Outcome<String> {
    captured(command).map(|(output, _)| output)
}

/// Runs to the end and returns what it reported; what it wrote is part of a failure.
pub fn report(command: &mut Command) -> Outcome<String> {
    captured(command).map(|(_, report)| report)
}

/// What a command wrote to its output and, beside it, reported.
fn captured(command: &mut Command) -> Outcome<(String, String)> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|why| format!("{} could not be started: {why}", words(command)))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() {
        return Ok((text, errors));
    }
    Err(format!(
        "{} ended with {}\n{text}{errors}",
        words(command),
        output.status
    ))
}

/// The folder of the first of `programs` found on the search path or in `folders`.
pub fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn words(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}
