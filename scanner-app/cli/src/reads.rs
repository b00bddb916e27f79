//! From what was given on the command line to the text of a code.

use std::io::Read as _;
use std::path::Path;

use decode::{Budget, decode_still};
use scanner_core::picture;

use crate::failure::Failure;

/// The codes that `argument` stands for: lines of standard input (`-`), a picture, or itself.
pub fn codes(argument: &str) -> Result<Vec<String>, Failure> {
    if argument == "-" {
        return standard_input();
    }
    let path = Path::new(argument);
    if path.is_file() {
        return Ok(vec![of_picture(path)?]);
    }
    Ok(vec![argument.to_owned()])
}

fn standard_input() -> Result<Vec<String>, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    if let Ok(text) = std::str::from_utf8(&bytes) {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        return Ok(lines.map(str::to_owned).collect());
    }
    let picture = picture::parse(&bytes).map_err(|error| Failure::Usage(error.to_string()))?;
    picture::best(decode_still(&picture.frame(), &mut Budget::still()))
        .map(|text| vec![text])
        .ok_or_else(|| Failure::Usage("there is no QR code in the picture".into()))
}

/// The code in a picture: the first that is a token, else the first.
pub fn of_picture(path: &Path) -> Result<String, Failure> {
    let name = path.display();
    let picture =
        picture::load(path).map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
    picture::best(decode_still(&picture.frame(), &mut Budget::still()))
        .ok_or_else(|| Failure::Usage(format!("{name}: there is no QR code in the picture")))
}
