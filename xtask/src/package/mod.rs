//! `cargo xtask package`: a Debian package of server, scanner and window, and a signed manifest of updates.
//!
//! Source: docs/decisions/0111-packages.md

mod check;
mod deb;
mod signed;

use std::fs;
use std::path::{Path, PathBuf};

use crate::screens;
use crate::setup;
use crate::shell::{self, Outcome};

pub use check::check;

/// What to make.
#[derive(clap::Args)]
pub struct Arguments {
    /// Try one of the debug programs on this machine instead: it is installed, started and purged again.
    #[arg(long)]
    check: bool,
    /// Secret key of minisign that signs; nothing is signed without one.
    #[arg(long, env = "BILTEN_SIGNING_KEY", requires = "url")]
    key: Option<PathBuf>,
    /// Address of the folder from which the package will be downloaded.
    #[arg(long)]
    url: Option<String>,
}

/// Builds with optimisation, packs, signs.
pub fn run(arguments: &Arguments) -> Outcome {
    setup::debian(setup::BUILD)?;
    screens::build()?;
    if arguments.check {
        shell::run(shell::cargo().args(["build", "--workspace", "--bins"]))?;
        return check();
    }
    println!("── building with optimisation");
    shell::run(shell::cargo().args(["build", "--release", "--workspace", "--bins"]))?;
    let folder = shell::target().join("package");
    let package = deb::make("release", &folder, deb::Packing::Small)?;
    println!("{}", package.display());
    let (Some(key), Some(url)) = (&arguments.key, &arguments.url) else {
        println!("not signed: --key and --url make the manifest of updates too");
        return Ok(());
    };
    setup::debian(setup::SIGNING)?;
    println!("{}", signed::manifest(&package, key, url)?.display());
    Ok(())
}

/// Reads a file as text.
fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()))
}

/// Writes a file, and the folders above it.
fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Outcome {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, bytes))
        .map_err(|why| format!("{}: {why}", path.display()))
}
