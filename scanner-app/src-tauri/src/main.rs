//! `bilten-scanner`: start-up of the desktop program.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use scanner_app::{Single, Start, Started};
use scanner_core::home::Home;
use scanner_core::relay::Relay;
use tracing_subscriber::EnvFilter;

/// Checks tickets at the door, with or without a network.
#[derive(Debug, Parser)]
#[command(name = "bilten-scanner", version)]
struct Args {
    /// Folder of this scanner's files [default: a folder of your account]
    #[arg(long, env = "BILTEN_SCAN_HOME")]
    home: Option<PathBuf>,
    /// Keep the keys in this plain file of mode 0600 instead of the system's key store
    #[arg(long, env = "BILTEN_SCAN_KEY_FILE")]
    key_file: Option<PathBuf>,
    /// Command that opens the turnstile once; settings decide whether it is used
    #[arg(long, env = "BILTEN_SCAN_RELAY")]
    relay: Option<Relay>,
    /// A `bilten:` link that was opened
    link: Option<String>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let filter = EnvFilter::try_from_env("BILTEN_SCAN_LOG").unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    if !has_display() {
        return fail(
            "there is no display to open a window on; use bilten-scan on machines without one",
        );
    }
    let home = args.home.or_else(Home::default_folder);
    let single = match single(home.as_deref(), args.link.as_deref()) {
        Ok(single) => single,
        Err(code) => return code,
    };
    let start = Start {
        home,
        key_file: args.key_file,
        relay: args.relay,
        link: args.link,
        single,
        phone: None,
    };
    match scanner_app::build(tauri::generate_context!(), start) {
        Ok(app) => {
            app.run(|_, _| {});
            ExitCode::SUCCESS
        }
        Err(error) => fail(&error.to_string()),
    }
}

/// The right to be the window of the folder; how the program ends where another has it.
///
/// A folder that cannot be written opens nevertheless: the window says what is wrong with it.
fn single(home: Option<&Path>, link: Option<&str>) -> Result<Option<Single>, ExitCode> {
    let Some(home) = home else { return Ok(None) };
    match Single::start(home, link) {
        Ok(Started::First(single)) => Ok(Some(single)),
        Ok(Started::HandedOver) => Err(ExitCode::SUCCESS),
        Ok(Started::Deaf) => Err(fail(&format!(
            "another window has {} and does not answer; close it, then start again",
            home.display()
        ))),
        Err(error) => {
            tracing::warn!(%error, "whether another window is open cannot be known");
            Ok(None)
        }
    }
}

/// Without one the window system's own library would end the program without a word.
#[cfg(target_os = "linux")]
fn has_display() -> bool {
    gtk::init().is_ok()
}

#[cfg(not(target_os = "linux"))]
fn has_display() -> bool {
    true
}

fn fail(words: &str) -> ExitCode {
    // Without a standard error there is nobody to tell.
    let _ = writeln!(std::io::stderr().lock(), "bilten-scanner: {words}");
    ExitCode::FAILURE
}
