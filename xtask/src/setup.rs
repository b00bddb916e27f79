//! Installing what a task needs on a fresh machine.
//!
//! Debian packages need root; without it the one line to run is printed.

use std::path::PathBuf;

use crate::shell::{self, Outcome};

/// Debian packages to build and run the product.
pub const BUILD: &[&str] = &[
    "build-essential",
    "pkg-config",
    "libssl-dev",
    // The camera's interface is read from the kernel's headers.
    "clang",
    "libclang-dev",
    // The window of the scanner.
    "libwebkit2gtk-4.1-dev",
];

/// Debian packages of the key store that tests unlock and lock.
pub const KEY_STORE: &[&str] = &["gnome-keyring", "dbus", "libglib2.0-bin"];

/// Debian packages with which the screens are driven: a browser, a film for its camera, letters.
pub const BROWSER: &[&str] = &[
    "chromium",
    "ffmpeg",
    "qrencode",
    "fonts-dejavu-core",
    "fonts-noto-core",
];

/// Debian packages with which the window is driven: a display that nobody sees, what presses its buttons, codes.
pub const WINDOW: &[&str] = &[
    "xvfb",
    "webkit2gtk-driver",
    "qrencode",
    "fonts-dejavu-core",
    "fonts-noto-core",
];

/// Debian packages that sign what is given to people.
pub const SIGNING: &[&str] = &["minisign"];

/// Debian packages that judge and take a package.
pub const PACKAGE_CHECK: &[&str] = &[
    "adduser",
    "curl",
    "desktop-file-utils",
    "dpkg-dev",
    "procps",
    "systemd",
];

/// Debian packages that journeys use as people would.
pub const JOURNEYS: &[&str] = &["curl", "jq"];

/// Debian packages of the database that tests run beside SQLite.
pub const POSTGRES: &[&str] = &["postgresql"];

/// Installs those of `packages` that are missing.
pub fn debian(packages: &[&str]) -> Outcome {
    if !shell::has("dpkg-query") {
        return Ok(()); // Not Debian: the build's own errors name what is missing.
    }
    let missing: Vec<&str> = packages
        .iter()
        .copied()
        .filter(|package| !is_installed(package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let line = format!(
        "apt-get install --yes --no-install-recommends {}",
        missing.join(" ")
    );
    if shell::output(shell::command("id").args(["-u"].as_slice()))?.trim() != "0" {
        return Err(format!(
            "this needs packages that only root can install; run\n    sudo {line}"
        ));
    }
    println!("── installing {}", missing.join(", "));
    shell::output(shell::command("apt-get").arg("update").args(["--quiet"]))?;
    shell::output(
        shell::command("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["install", "--yes", "--quiet", "--no-install-recommends"])
            .args(&missing),
    )?;
    Ok(())
}

fn is_installed(package: &str) -> bool {
    shell::output(shell::command("dpkg-query").args(["-W", "-f=${Status}", package]))
        .is_ok_and(|status| status.ends_with("ok installed"))
}

/// Builds a tool of the registry into the kept cache and returns its path. It is built without optimisation: one
/// run of it takes seconds either way, and building it on a new machine half as long.
pub fn tool(name: &str, version: &str, more: &[&str]) -> Outcome<PathBuf> {
    let folder = shell::cache()
        .join("tools")
        .join(format!("{name}-{version}"));
    let binary = folder.join("bin").join(name);
    if !binary.is_file() {
        println!(
            "── building {name} {version} (once; kept in {})",
            folder.display()
        );
        shell::run(
            shell::cargo()
                .args(["install", "--quiet", "--debug", "--locked"])
                .args([name, "--version", version])
                .args(more)
                .arg("--root")
                .arg(&folder)
                .env(
                    "CARGO_TARGET_DIR",
                    shell::cache().join("tools").join("target"),
                ),
        )?;
    }
    Ok(binary)
}
