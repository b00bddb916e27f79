//! The system's key store: a real one, in a session of its own with a home of its own.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

#[path = "../../core/tests/support/mod.rs"]
mod support;

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use shared_model::time::Timestamp;
use support::Organizer;
use tempfile::TempDir;

/// Starts the key store as a login does, with its password.
const UNLOCKED: &str = "
    printf %s secret | gnome-keyring-daemon --unlock --foreground --components=secrets >/dev/null 2>&1 &
    gdbus wait --session --timeout 20 org.freedesktop.secrets
";

/// Locks it as a screen that is locked for long does.
const LOCK: &str = "
    gdbus call --session --dest org.freedesktop.secrets --object-path /org/freedesktop/secrets \
        --method org.freedesktop.Secret.Service.Lock \"['/org/freedesktop/secrets/collection/login']\" >/dev/null
";

struct Device {
    folder: TempDir,
    organizer: Organizer,
}

/// An enrolled device whose keys are in a file.
fn device() -> Device {
    let folder = tempfile::tempdir().unwrap();
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_millis();
    let mut organizer = Organizer::new(Timestamp(i64::try_from(now).unwrap()));
    let scanner = organizer.enrol(&folder.path().join("device"), "North");
    organizer.give(&scanner, 10);
    Device { folder, organizer }
}

impl Device {
    /// Runs lines of a shell; `scan` in them is the program, whose exit code follows what it said.
    fn script(&self, lines: &str) -> String {
        let home = self.folder.path();
        format!(
            "scan() {{ {program} --json --home {device} \"$@\" 2>/dev/null; echo $?; }}
             keys=\"--key-file {device}/keys\"
             {lines}",
            program = env!("CARGO_BIN_EXE_bilten-scan"),
            device = home.join("device").display(),
        )
    }

    /// In a session of its own.
    fn session(&self, lines: &str) -> Vec<Value> {
        let mut command = Command::new("dbus-run-session");
        command.args(["--", "sh", "-c", &self.script(lines)]);
        answers(&mut command, self.folder.path())
    }
}

fn answers(command: &mut Command, home: &Path) -> Vec<Value> {
    let output = command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home)
        .output()
        .expect("dbus and gnome-keyring are installed");
    let text = String::from_utf8(output.stdout).unwrap();
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}\n{words}")))
        .collect()
}

fn error(answer: &Value) -> &str {
    answer["error"]
        .as_str()
        .unwrap_or_else(|| panic!("{answer}"))
}

#[test]
fn the_system_keeps_the_keys_and_wiping_forgets_them() {
    let device = device();
    let token = device.organizer.token(3);
    let said = device.session(&format!(
        "{UNLOCKED}
         scan $keys keys --to-system
         test -e \"$HOME/device/keys\"; echo $?
         scan scan '{token}'
         scan keys
         scan wipe --force
         scan scan '{token}'"
    ));
    assert_eq!(said[0]["keeping"], "system", "{said:?}");
    assert_eq!(
        (&said[1], &said[2]),
        (&0.into(), &1.into()),
        "the file is gone"
    );
    assert_eq!(
        (&said[3]["outcome"], &said[4]),
        (&"admit".into(), &0.into())
    );
    assert_eq!(
        (&said[5]["keeping"], &said[6]),
        (&"system".into(), &0.into())
    );
    assert_eq!((&said[7]["wiped"], &said[8]), (&true.into(), &0.into()));
    assert_eq!(said[10], 5, "not enrolled any more: {said:?}");
}

#[test]
fn a_locked_key_store_says_so_and_loses_nothing() {
    let device = device();
    let said = device.session(&format!(
        "{UNLOCKED}
         scan $keys keys --to-system
         {LOCK}
         scan status"
    ));
    assert_eq!(said[1], 0, "{said:?}");
    assert!(error(&said[2]).contains("is locked"), "{said:?}");
    assert_eq!(said[3], 3);
    let later = device.session(&format!("{UNLOCKED}\nscan keys"));
    assert_eq!(
        (&later[0]["keeping"], &later[1]),
        (&"system".into(), &0.into())
    );
}

#[test]
fn keys_that_are_missing_are_told_apart_from_a_store_that_is() {
    let device = device();
    let said = device.session(&format!("{UNLOCKED}\nscan status"));
    assert!(
        error(&said[0]).contains("keys of this device are missing"),
        "{said:?}"
    );
    assert_eq!(said[1], 5);
}

#[test]
fn a_key_store_that_was_never_set_up_says_so_and_the_keys_stay_where_they_are() {
    let device = device();
    // The bus starts the key store itself, and nobody has given it a password.
    let said = device.session("scan $keys keys --to-system\nscan $keys keys");
    assert!(error(&said[0]).contains("never set up"), "{said:?}");
    assert_eq!(said[1], 3);
    assert_eq!(said[2]["keeping"], "file");
}

#[test]
fn a_computer_without_a_session_says_what_can_be_chosen() {
    let device = device();
    let mut command = Command::new("sh");
    command.args([
        "-c",
        &device.script("scan status\nscan $keys keys --to-system\nscan $keys keys"),
    ]);
    let said = answers(&mut command, device.folder.path());
    for (words, code) in [(&said[0], &said[1]), (&said[2], &said[3])] {
        assert!(error(words).contains("no key store"), "{said:?}");
        assert_eq!(*code, 3);
    }
    assert_eq!(said[4]["keeping"], "file");
}
