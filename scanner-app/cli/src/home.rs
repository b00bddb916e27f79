//! Where the scanner's files and keys are, by what was said on the command line.

use std::path::{Path, PathBuf};

use scanner_core::home::Home;
use scanner_core::keys::KeyStore;
use scanner_core::scanner::Scanner;
use zeroize::Zeroizing;

use crate::args::Args;
use crate::failure::Failure;
use crate::now;
use crate::output::Output;

/// The folder of the scanner's files.
pub fn folder(args: &Args) -> Result<PathBuf, Failure> {
    let folder = args.home.clone().or_else(Home::default_folder);
    folder.ok_or_else(|| Failure::Usage("say where the files are: --home <folder>".into()))
}

/// The folder and the key file, for the program behind the screens.
pub fn home(args: &Args) -> Result<Home, Failure> {
    Ok(Home::new(folder(args)?, args.key_file.clone()))
}

/// Where the keys are kept; sealed ones need their passphrase.
pub fn keys(args: &Args) -> Result<KeyStore, Failure> {
    let home = home(args)?;
    let passphrase = match home.is_plain() {
        true => None,
        false => passphrase(args)?,
    };
    if passphrase.is_none() && home.is_sealed() {
        return Err(Failure::Usage(
            "the keys of this device are sealed: give the passphrase (--passphrase-file or BILTEN_SCAN_PASSPHRASE)".into(),
        ));
    }
    Ok(home.keys(passphrase))
}

fn passphrase(args: &Args) -> Result<Option<Zeroizing<String>>, Failure> {
    if let Some(path) = &args.passphrase_file {
        return read_passphrase(path).map(Some);
    }
    Ok(std::env::var("BILTEN_SCAN_PASSPHRASE")
        .ok()
        .filter(|text| !text.is_empty())
        .map(Zeroizing::new))
}

/// The passphrase in a file, without the end of its line.
pub fn read_passphrase(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let what = format!("cannot read the passphrase in {}", path.display());
        Failure::File(what, error)
    })?;
    let text = Zeroizing::new(text);
    Ok(Zeroizing::new(text.trim_end().to_owned()))
}

/// Says in words how the keys of a new device are kept, where that is less than it could be.
pub fn tell_about_keys(keys: &KeyStore, output: &Output) {
    match keys {
        KeyStore::System(_) | KeyStore::Session(_) => {}
        KeyStore::Sealed(_) => output.hint(
            "the keys are sealed under your passphrase: without it this device cannot scan after a restart",
        ),
        KeyStore::File(path) => output.hint(&format!(
            "the keys are kept in the plain file {}: whoever can read it can read this device's data and write in its name",
            path.display()
        )),
    }
}

/// Opens the enrolled scanner.
pub fn open(args: &Args) -> Result<Scanner, Failure> {
    let folder = folder(args)?;
    Ok(Scanner::open(&folder, keys(args)?, &mut now::rng())?)
}
