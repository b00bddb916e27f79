//! From what was given on the command line to the text of a code.

use std::ffi::OsStr;
use std::path::Path;

use decode::{Budget, LumaImage, decode_still};
use scanner_core::picture;

use crate::failure::Failure;
use crate::input::Input;

/// Endings of the names of pictures that are read.
const PICTURES: [&str; 6] = ["png", "jpg", "jpeg", "webp", "bmp", "gif"];

/// Codes, one after the other.
pub type Codes = Box<dyn Iterator<Item = Result<String, Failure>>>;

/// The codes that `argument` stands for: lines of standard input (`-`) as they come, a picture, or itself.
pub fn codes(argument: &str) -> Result<Codes, Failure> {
    match argument {
        "-" => standard_input(),
        _ => Ok(Box::new(std::iter::once(Ok(given(argument)?)))),
    }
}

/// What to search for: as [`codes`], but words may be the name of anything.
pub fn searches(argument: &str) -> Result<Codes, Failure> {
    if argument == "-" || Path::new(argument).is_file() {
        return codes(argument);
    }
    Ok(Box::new(std::iter::once(Ok(argument.to_owned()))))
}

/// A picture's code, or the argument itself. A picture that is not there is no code: nobody showed one.
fn given(argument: &str) -> Result<String, Failure> {
    let path = Path::new(argument);
    if path.is_file() {
        return of_picture(path);
    }
    let why = match () {
        () if argument.trim().is_empty() => {
            "there is no code: give a picture, a ticket's text, or - for lines on standard input"
                .into()
        }
        () if path.exists() => format!("{argument} is no file"),
        () if names_picture(argument) => format!("there is no picture {argument}"),
        () => return Ok(argument.to_owned()),
    };
    Err(Failure::Usage(why))
}

/// Whether it can only be meant as the path of a picture: a ticket's text and an address may end like one.
fn names_picture(argument: &str) -> bool {
    let is_code = argument.starts_with(picture::TOKEN) || argument.contains("://");
    !is_code && is_picture(Path::new(argument))
}

/// Whether the name is one of a picture that is read.
pub fn is_picture(path: &Path) -> bool {
    let ending = path.extension().and_then(OsStr::to_str);
    ending.is_some_and(|ending| PICTURES.contains(&&*ending.to_ascii_lowercase()))
}

fn standard_input() -> Result<Codes, Failure> {
    let failed = |error| Failure::File("standard input cannot be read".into(), error);
    match Input::of(std::io::stdin().lock()).map_err(failed)? {
        Input::Lines(lines) => Ok(Box::new(lines.map(move |line| line.map_err(failed)))),
        Input::Picture(bytes) => {
            let picture =
                picture::parse(&bytes).map_err(|error| Failure::Usage(error.to_string()))?;
            let code = best(&picture)
                .ok_or_else(|| Failure::Usage("there is no QR code in the picture".into()))?;
            Ok(Box::new(std::iter::once(Ok(code))))
        }
    }
}

/// The code in a picture: the first that is a token, else the first.
pub fn of_picture(path: &Path) -> Result<String, Failure> {
    let name = path.display();
    let picture = load(path).map_err(|why| Failure::Usage(format!("{name}: {why}")))?;
    best(&picture)
        .ok_or_else(|| Failure::Usage(format!("{name}: there is no QR code in the picture")))
}

/// The picture in a file, or why there is none. Nothing is waited for: a pipe may never end.
pub fn load(path: &Path) -> Result<LumaImage, String> {
    match std::fs::metadata(path) {
        Ok(found) if !found.is_file() => Err("this is no file".into()),
        _ => picture::load(path).map_err(|error| error.to_string()),
    }
}

fn best(picture: &LumaImage) -> Option<String> {
    picture::best(decode_still(&picture.frame(), &mut Budget::still()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_nothing_else_is_a_path_of_a_picture() {
        for path in ["ticket.png", "a/B.JPEG", "../x.webp", "%3A.bmp", "TK1.gif"] {
            assert!(names_picture(path), "{path}");
        }
        for code in [
            "TK1:6BF.PNG",
            "https://tickets.example.org/4711.png",
            "4711",
            "png",
            "ticket.pdf",
        ] {
            assert!(!names_picture(code), "{code}");
        }
    }
}
