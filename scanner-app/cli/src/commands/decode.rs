//! `decode`: every QR code in pictures, whatever it says.

use std::path::Path;

use decode::{Budget, Symbol, decode_still};
use serde_json::json;

use crate::args::DecodeArgs;
use crate::failure::Failure;
use crate::output::Output;
use crate::{now, reads};

pub fn run(command: &DecodeArgs, machine: bool, output: &Output) -> Result<u8, Failure> {
    for path in &command.images {
        let (value, text) = read(path);
        if machine || !text.is_empty() {
            output.say(&value, &text)?;
        }
    }
    Ok(0)
}

/// A picture that cannot be opened is a line too.
fn read(path: &Path) -> (serde_json::Value, String) {
    let image = path.display().to_string();
    let picture = match reads::load(path) {
        Ok(picture) => picture,
        Err(error) => {
            let text = format!("{image}: {error}");
            return (json!({ "image": image, "error": error }), text);
        }
    };
    let begun = now::cpu();
    let symbols: Vec<Symbol> = decode_still(&picture.frame(), &mut Budget::still());
    let cpu_ms = now::cpu().saturating_sub(begun).as_secs_f64() * 1000.0;
    let texts: Vec<&str> = symbols.iter().map(|symbol| symbol.text.as_str()).collect();
    let bytes: Vec<String> = symbols
        .iter()
        .map(|symbol| hex::encode(&symbol.bytes))
        .collect();
    let text = match texts.is_empty() {
        true => format!("{image}: no QR code"),
        false => texts.join("\n"),
    };
    (
        json!({ "image": image, "texts": texts, "bytes_hex": bytes, "cpu_ms": cpu_ms }),
        text,
    )
}
