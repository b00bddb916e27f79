//! `decode`: every QR code in pictures, whatever it says.

use decode::{Budget, LumaImage, Symbol, decode_still};
use serde_json::{Value, json};

use crate::args::DecodeArgs;
use crate::failure::Failure;
use crate::output::Output;
use crate::{now, reads};

/// Not one of the pictures could be opened.
const NONE_OPENED: u8 = 2;

pub fn run(command: &DecodeArgs, machine: bool, output: &Output) -> Result<u8, Failure> {
    let mut opened = 0;
    for path in &command.images {
        let image = path.display().to_string();
        let (value, text) = match reads::load(path) {
            Ok(picture) => {
                opened += 1;
                read(&image, &picture)
            }
            // A picture that cannot be opened is a line too.
            Err(error) => {
                let text = format!("{image}: {error}");
                (json!({ "image": image, "error": error }), text)
            }
        };
        if machine || !text.is_empty() {
            output.say(&value, &text)?;
        }
    }
    Ok(if opened == 0 { NONE_OPENED } else { 0 })
}

fn read(image: &str, picture: &LumaImage) -> (Value, String) {
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
