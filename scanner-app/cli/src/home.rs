//! Where the scanner's files are, and where its keys.

use std::path::{Path, PathBuf};

use scanner_core::home::Home;
use scanner_core::keys::KeyStore;
use scanner_core::scanner::Scanner;
use zeroize::Zeroizing;

use crate::args::Args;
use crate::failure::Failure;
use crate::now;
use crate::output::Output;

const SEALED: &str = "keys.sealed";

/// The folder of the scanner's files.
pub fn folder(args: &Args) -> Result<PathBuf, Failure> {
    if let Some(folder) = &args.home {
        return Ok(folder.clone());
    }
    let base = std::env::var_os("XDG_DATA_HOME")
        .or_else(|| std::env::var_os("LOCALAPPDATA"))
        .map(PathBuf::from)
        .or_else(|| {
            let home = PathBuf::from(std::env::var_os("HOME")?);
            Some(match cfg!(target_os = "macos") {
                true => home.join("Library/Application Support"),
                false => home.join(".local/share"),
            })
        });
    base.map(|base| base.join("bilten-scan"))
        .ok_or_else(|| Failure::Usage("say where the files are: --home <folder>".into()))
}

/// The folder and the key file, for the program behind the screens.
pub fn home(args: &Args) -> Result<Home, Failure> {
    Ok(Home::new(folder(args)?, args.key_file.clone()))
}

/// Where the keys are kept: a file that was named, a passphrase that was given, or the system.
pub fn keys(args: &Args) -> Result<KeyStore, Failure> {
    let folder = folder(args)?;
    if let Some(path) = &args.key_file {
        return Ok(KeyStore::File(path.clone()));
    }
    if let Some(passphrase) = passphrase(args)? {
        return sealed(args, passphrase);
    }
    if folder.join(SEALED).exists() {
        return Err(Failure::Usage(
            "the keys of this device are sealed: give the passphrase (--passphrase-file or BILTEN_SCAN_PASSPHRASE)".into(),
        ));
    }
    system(args)
}

/// The system's key store; a device is known there by its folder.
pub fn system(args: &Args) -> Result<KeyStore, Failure> {
    let folder = folder(args)?;
    let name = std::path::absolute(&folder).unwrap_or(folder);
    Ok(KeyStore::System(name.display().to_string()))
}

/// A file that `passphrase` opens, beside the store.
pub fn sealed(args: &Args, passphrase: Zeroizing<String>) -> Result<KeyStore, Failure> {
    Ok(KeyStore::sealed(folder(args)?.join(SEALED), passphrase))
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
