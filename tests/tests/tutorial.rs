//! Runs the commands of `docs/tutorials/first-event.md`, in their order.

use std::path::Path;
use std::process::Command;

use journeys::programs;

#[test]
fn the_first_event_works_as_written() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/tutorials/first-event.md");
    let page = std::fs::read_to_string(page).unwrap();
    let port = programs::free_port().unwrap().to_string();
    let commands: Vec<&str> = page
        .split("```sh\n")
        .skip(1)
        .map(|rest| rest.split_once("```").unwrap().0)
        .collect();
    assert!(commands.len() > 8, "the page lost its commands");
    let script = format!(
        "set -euo pipefail\ntrap 'kill $(jobs -p)' EXIT\n{}",
        commands.concat().replace("8080", &port)
    );

    let folder = tempfile::tempdir().unwrap();
    let programs = programs::path("bilten").unwrap();
    let path = std::env::join_paths(
        std::iter::once(programs.parent().unwrap().to_owned())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let run = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder.path())
        .env("PATH", path.unwrap())
        .env_remove("DATABASE_URL")
        .output()
        .unwrap();
    let (said, complained) = (
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
    );
    assert!(run.status.success(), "{said}\n{complained}");
    assert!(
        said.contains("Main door"),
        "the entries do not name the door:\n{said}"
    );
}
