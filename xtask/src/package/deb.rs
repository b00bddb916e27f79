//! The Debian package: files of `packaging/` and the built programs, put together by `dpkg-deb`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::{read, write};
use crate::shell::{self, Outcome};

/// The programs of the package.
const PROGRAMS: [&str; 3] = ["bilten", "bilten-scan", "bilten-scanner"];

/// Files that are no programs: what they are here, where they go, by their mode.
const FILES: [(&str, &str); 9] = [
    (
        "packaging/bilten.service",
        "usr/lib/systemd/system/bilten.service",
    ),
    ("packaging/bilten.toml", "etc/bilten/bilten.toml"),
    (
        "packaging/org.bilten.scanner.desktop",
        "usr/share/applications/org.bilten.scanner.desktop",
    ),
    (
        "scanner-app/src-tauri/icons/32x32.png",
        "usr/share/icons/hicolor/32x32/apps/org.bilten.scanner.png",
    ),
    (
        "scanner-app/src-tauri/icons/128x128.png",
        "usr/share/icons/hicolor/128x128/apps/org.bilten.scanner.png",
    ),
    (
        "scanner-app/src-tauri/icons/128x128@2x.png",
        "usr/share/icons/hicolor/256x256/apps/org.bilten.scanner.png",
    ),
    (
        "scanner-app/src-tauri/icons/icon.svg",
        "usr/share/icons/hicolor/scalable/apps/org.bilten.scanner.svg",
    ),
    (
        "docs/tutorials/first-event.md",
        "usr/share/doc/bilten/first-event.md",
    ),
    ("LICENSE", "usr/share/doc/bilten/copyright"),
];

/// What runs on the machine when the package comes and goes.
const SCRIPTS: [&str; 3] = ["postinst", "prerm", "postrm"];

/// How much time a package is worth.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// For people: stripped and compressed.
    Small,
    /// For a check of what is in it.
    Quick,
}

/// Makes the package of the programs of `profile` in `folder`; gives its path.
pub fn make(profile: &str, folder: &Path, packing: Packing) -> Outcome<PathBuf> {
    let tree = folder.join("tree");
    if tree.exists() {
        fs::remove_dir_all(&tree).map_err(|why| format!("{}: {why}", tree.display()))?;
    }
    let programs: Vec<PathBuf> = PROGRAMS
        .iter()
        .map(|name| tree.join("usr/bin").join(name))
        .collect();
    for (name, program) in PROGRAMS.iter().zip(&programs) {
        copy(&shell::target().join(profile).join(name), program, 0o755)?;
        if packing == Packing::Small {
            shell::output(shell::command("strip").arg(program))?;
        }
    }
    for (from, to) in FILES {
        copy(&shell::root().join(from), &tree.join(to), 0o644)?;
    }
    let packaging = shell::root().join("packaging/deb");
    for script in SCRIPTS {
        copy(
            &packaging.join(script),
            &tree.join("DEBIAN").join(script),
            0o755,
        )?;
    }
    copy(
        &packaging.join("conffiles"),
        &tree.join("DEBIAN/conffiles"),
        0o644,
    )?;
    let architecture = shell::output(shell::command("dpkg").arg("--print-architecture"))?;
    let control = read(&packaging.join("control"))?
        .replace("{version}", env!("CARGO_PKG_VERSION"))
        .replace("{architecture}", architecture.trim())
        .replace("{size}", &kilobytes(&tree)?.to_string())
        .replace("{depends}", &libraries(folder, &programs)?);
    write(&tree.join("DEBIAN/control"), control)?;
    let package = folder.join(format!(
        "bilten_{}_{}.deb",
        env!("CARGO_PKG_VERSION"),
        architecture.trim()
    ));
    let compression = match packing {
        Packing::Small => "-Zxz",
        Packing::Quick => "-Znone",
    };
    shell::output(
        shell::command("dpkg-deb")
            .args(["--root-owner-group", compression, "--build"])
            .args([&tree, &package]),
    )?;
    Ok(package)
}

/// The packages of the libraries that the programs load.
fn libraries(folder: &Path, programs: &[PathBuf]) -> Outcome<String> {
    // The tool wants to stand beside a source package.
    write(
        &folder.join("debian/control"),
        "Source: bilten\n\nPackage: bilten\nArchitecture: any\n",
    )?;
    let told = shell::output(
        shell::command("dpkg-shlibdeps")
            .current_dir(folder)
            .arg("-O")
            .args(programs),
    )?;
    told.trim()
        .strip_prefix("shlibs:Depends=")
        .map(str::to_owned)
        .ok_or_else(|| format!("dpkg-shlibdeps said {told}"))
}

fn kilobytes(folder: &Path) -> Outcome<u64> {
    let told = shell::output(
        shell::command("du")
            .args(["-sk", "--apparent-size"])
            .arg(folder),
    )?;
    told.split_whitespace()
        .next()
        .and_then(|size| size.parse().ok())
        .ok_or_else(|| format!("du said {told}"))
}

fn copy(from: &Path, to: &Path, mode: u32) -> Outcome {
    let bytes = fs::read(from).map_err(|why| format!("{}: {why}", from.display()))?;
    write(to, bytes)?;
    fs::set_permissions(to, fs::Permissions::from_mode(mode))
        .map_err(|why| format!("{}: {why}", to.display()))
}
