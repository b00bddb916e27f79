//! Running other programs, and where the workspace keeps its things.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Why a task stopped, in words for the person who ran it.
pub type Outcome<T = ()> = Result<T, String>;

/// The root of the workspace: of the one that cargo runs this in, because clones that share a target folder
/// share this program.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let run_in = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let own = run_in.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        own.parent().unwrap_or(Path::new(".")).to_owned()
    })
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

/// The cargo that runs this task, as from a terminal.
///
/// What cargo says of this task's own package stays here: some build scripts look at it, and everything that
/// stands on them would be built again whenever cargo is called the other way.
pub fn cargo() -> Command {
    let mut cargo = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let told = name.to_str().unwrap_or_default();
        if told.starts_with("CARGO_PKG_") || told.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(name);
        }
    }
    cargo
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

#[cfg(test)]
mod tests {
    use super::cargo;

    #[test]
    fn cargo_is_told_nothing_of_this_package() {
        assert!(std::env::var_os("CARGO_PKG_NAME").is_some());
        let cargo = cargo();
        let removed = cargo.get_envs().find(|(name, _)| *name == "CARGO_PKG_NAME");
        assert!(removed.is_some_and(|(_, value)| value.is_none()));
    }
}
