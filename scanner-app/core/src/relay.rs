//! The turnstile: a command of the machine's owner, run once for each guest let in.
//!
//! Named on the command line of the program only, never by a screen: what runs on
//! a machine is its owner's decision.

use std::process::{Command, Stdio};
use std::str::FromStr;
use std::sync::Arc;

/// A command that opens the turnstile once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relay(Arc<[String]>);

/// The command is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("name a program and its arguments, with spaces between")]
pub struct NoCommand;

impl FromStr for Relay {
    type Err = NoCommand;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        match words.is_empty() {
            true => Err(NoCommand),
            false => Ok(Self(words.into())),
        }
    }
}

impl Relay {
    /// Opens the turnstile; returns at once. What goes wrong is in the log of the program.
    pub fn switch(&self) {
        let words = Arc::clone(&self.0);
        let Some((program, arguments)) = words.split_first() else {
            return;
        };
        let started = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        match started {
            Ok(mut child) => {
                std::thread::spawn(move || match child.wait() {
                    Ok(status) if status.success() => {}
                    ended => tracing::warn!(?ended, "the turnstile's command failed"),
                });
            }
            Err(error) => tracing::warn!(%error, "the turnstile's command cannot be run"),
        }
    }
}
