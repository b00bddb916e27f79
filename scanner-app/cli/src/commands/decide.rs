//! `decide`: replay entry cases from files, one verdict a line.

use std::path::Path;

use serde_json::{Value, json};
use shared_model::entry::cases::{Outcome, replay};

use crate::args::DecideArgs;
use crate::failure::Failure;
use crate::output::{Output, words};

/// Some case came out otherwise than its file expects.
const DIFFERENT: u8 = 1;

/// Some file is no case file.
const UNREADABLE: u8 = 2;

pub fn run(command: &DecideArgs, output: &Output) -> Result<u8, Failure> {
    let mut code = 0;
    for path in &command.cases {
        let name = path.display().to_string();
        let outcomes = match replayed(path) {
            Ok(outcomes) => outcomes,
            // The cases of the other files are told all the same.
            Err(why) => {
                code = UNREADABLE;
                let line = json!({ "file": name, "error": why });
                output.say(&line, &format!("{name}: {why}"))?;
                continue;
            }
        };
        for outcome in outcomes {
            if outcome.passed == Some(false) || outcome.error.is_some() {
                code = code.max(DIFFERENT);
            }
            output.say(&document(&name, &outcome)?, &text_of(&outcome))?;
        }
    }
    Ok(code)
}

/// What comes out of a file's cases, or why they cannot be read.
fn replayed(path: &Path) -> Result<Vec<Outcome>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"))?;
    // Some editors put this sign before everything.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    replay(text).map_err(|error| words(&error))
}

fn document(file: &str, outcome: &Outcome) -> Result<Value, Failure> {
    let mut value = serde_json::to_value(outcome).map_err(|error| Failure::Output(error.into()))?;
    if let Some(fields) = value.as_object_mut() {
        fields.insert("file".into(), json!(file));
    }
    Ok(value)
}

fn text_of(outcome: &Outcome) -> String {
    let mut line = format!("{}: ", outcome.name);
    if let Some(error) = &outcome.error {
        line.push_str(error);
        return line;
    }
    line.push_str(outcome.verdict.unwrap_or_default());
    if let Some(reason) = outcome.reason {
        line.push_str(&format!(" {reason}"));
    }
    for sentence in &outcome.text {
        line.push_str(&format!("\n  {sentence}"));
    }
    for difference in outcome.differences.iter().chain(&outcome.book_errors) {
        line.push_str(&format!("\n  ! {difference}"));
    }
    line
}
