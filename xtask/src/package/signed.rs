//! The manifest of updates: which package is the newest, and the signature by which a machine knows it.
//!
//! In the shape that Tauri's updater reads; signatures are minisign's.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::json;

use super::{read, write};
use crate::shell::{self, Outcome};

/// Signs `package` with `key` and writes the manifest beside it; gives its path.
pub fn manifest(package: &Path, key: &Path, url: &str) -> Outcome<PathBuf> {
    let name = package
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or("the package has no name")?;
    let signature = sign(package, key)?;
    let platform = format!("linux-{}", std::env::consts::ARCH);
    let entry = json!({
        "signature": base64(&signature)?,
        "url": format!("{}/{name}", url.trim_end_matches('/')),
    });
    let manifest = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "pub_date": shell::output(shell::command("date").args(["--utc", "+%Y-%m-%dT%H:%M:%SZ"]))?.trim(),
        "platforms": { format!("{platform}-deb"): entry },
    });
    let path = package.with_file_name("latest.json");
    write(&path, format!("{manifest:#}\n"))?;
    sign(&path, key)?;
    Ok(path)
}

/// Signs a file; the signature stands beside it, with `.minisig` behind its name.
fn sign(file: &Path, key: &Path) -> Outcome<PathBuf> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let signature = file.with_file_name(format!("{name}.minisig"));
    // Its name is bound to it: another package cannot be passed off under the same signature.
    shell::run(
        shell::command("minisign")
            .arg("-S")
            .arg("-s")
            .arg(key)
            .arg("-m")
            .arg(file)
            .arg("-x")
            .arg(&signature)
            .args(["-t", &format!("file:{name}")])
            .stdout(Stdio::null()),
    )?;
    Ok(signature)
}

/// Whether `file` is what the holder of the key to `public` signed.
pub fn is_genuine(file: &Path, public: &Path) -> bool {
    shell::output(
        shell::command("minisign")
            .arg("-V")
            .arg("-p")
            .arg(public)
            .arg("-m")
            .arg(file),
    )
    .is_ok()
}

/// Makes a key without a password, for a check that throws it away.
pub fn throw_away_key(folder: &Path) -> Outcome<(PathBuf, PathBuf)> {
    let (secret, public) = (folder.join("check.key"), folder.join("check.pub"));
    shell::output(
        shell::command("minisign")
            .args(["-G", "-W", "-f", "-s"])
            .arg(&secret)
            .arg("-p")
            .arg(&public),
    )?;
    Ok((secret, public))
}

/// The text of a file as the updater wants it.
fn base64(file: &Path) -> Outcome<String> {
    read(file)?;
    let text = shell::output(shell::command("base64").arg("--wrap=0").arg(file))?;
    Ok(text.trim().to_owned())
}
