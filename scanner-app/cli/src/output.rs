//! What is printed: lines for people, or one JSON document a line.

use std::io::Write as _;

use serde::Serialize;

use crate::failure::Failure;

/// Where results go.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    json: bool,
}

impl Output {
    /// For machines, or for people.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints `value` for machines or `text` for people, whole and at once.
    pub fn say(&self, value: &impl Serialize, text: &str) -> Result<(), Failure> {
        let mut line = if self.json {
            serde_json::to_string(value).map_err(|error| Failure::Output(error.into()))?
        } else {
            text.to_owned()
        };
        line.push('\n');
        let mut out = std::io::stdout().lock();
        let written = out.write_all(line.as_bytes()).and_then(|()| out.flush());
        written.map_err(Failure::Output)
    }

    /// Tells machines, or a person beside the results, what has happened.
    pub fn news(&self, value: &impl Serialize, text: &str) -> Result<(), Failure> {
        if self.json {
            return self.say(value, text);
        }
        self.hint(text);
        Ok(())
    }

    /// Tells a person something beside the result.
    pub fn hint(&self, text: &str) {
        // Without a standard error there is nobody to tell.
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    /// Tells why a command failed, with all that lies below.
    pub fn failure(&self, failure: &Failure) {
        let text = words(failure);
        if self.json {
            let mut value = serde_json::json!({ "error": text, "code": failure.code() });
            if let Some(kind) = failure.kind() {
                value["kind"] = kind.into();
            }
            let _ = writeln!(std::io::stdout().lock(), "{value}");
        }
        self.hint(&format!("bilten-scan: {text}"));
    }
}

/// What an error says, with all that lies below.
pub fn words(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(error) = below {
        let words = error.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        below = error.source();
    }
    text
}
