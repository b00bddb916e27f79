//! The program as its users run it: exit codes, lines, and what survives being killed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

#[path = "../../core/tests/support/mod.rs"]
mod support;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;
use shared_model::fact::{Fact, FactId, Outcome};
use shared_model::time::Timestamp;
use support::{EVENT, Organizer, SUPERVISOR, reopen};
use tempfile::TempDir;

struct Device {
    folder: TempDir,
    organizer: Organizer,
}

/// An enrolled device with tickets 0 to `count`, closed.
fn device(count: u32) -> Device {
    let folder = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(today());
    let scanner = organizer.enrol(folder.path(), "North");
    organizer.give(&scanner, count);
    Device { folder, organizer }
}

fn today() -> Timestamp {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap();
    Timestamp(i64::try_from(now.as_millis()).unwrap())
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bilten-scan"));
    command
        .env_remove("BILTEN_SCAN_PASSPHRASE")
        .arg("--home")
        .arg(folder)
        .arg("--key-file")
        .arg(folder.join("keys"))
        .arg("--json");
    command
}

fn qr(text: &str) -> Vec<u8> {
    ticket_crypto::qr::png(text, ticket_crypto::qr::Ecc::M, 4).unwrap()
}

impl Device {
    fn run(&self, args: &[&str]) -> (i32, Vec<Value>) {
        let output = program(self.folder.path()).args(args).output().unwrap();
        (output.status.code().unwrap(), lines(&output))
    }
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn the_exit_code_is_the_verdict() {
    let device = device(10);
    let token = device.organizer.token(3);
    let (code, answers) = device.run(&["scan", &token]);
    assert_eq!((code, &answers[0]["outcome"]), (0, &"admit".into()));
    let (code, answers) = device.run(&["scan", &token]);
    assert_eq!((code, &answers[0]["reason"]), (10, &"already_used".into()));
    assert_eq!(device.run(&["scan", "no ticket"]).0, 10);
    let (code, undone) = device.run(&["undo"]);
    assert_eq!((code, undone.len()), (0, 1));
    assert_eq!(device.run(&["scan", &token]).0, 0);
    assert_eq!(device.run(&["scan", &token, "--list", "nowhere"]).0, 2);
    let find = |text: &str| device.run(&["find", text, "--operator", "9"]);
    for text in ["guest 000003", "K00003", &token] {
        let (code, found) = find(text);
        assert_eq!((code, &found[0]["ticket"]["serial"]), (0, &3.into()));
    }
    assert_eq!(find("ab").0, 2);
    assert_eq!(device.run(&["find", "miller"]).0, 2, "not for everybody");
    assert_eq!(device.run(&["sync"]).0, 4, "the server is off");
    assert_eq!(device.run(&["sync", "--peer", "127.0.0.1:9"]).0, 4);
    for nowhere in [
        "",
        "foo",
        "foo:",
        ":7411",
        "foo:port",
        "::1:7411",
        "http://a:1",
    ] {
        let (code, answers) = device.run(&["sync", "--peer", nowhere]);
        assert_eq!(code, 2, "{nowhere:?}: {answers:?}");
    }
    let (code, status) = device.run(&["status"]);
    assert_eq!((code, &status[0]["events"][0]["tickets"]), (0, &10.into()));
    assert_eq!(device.run(&["wipe"]).0, 2, "facts are not delivered");
    assert_eq!(device.run(&["wipe", "--force"]).0, 0);
    assert_eq!(device.run(&["scan", &token]).0, 5, "not enrolled any more");
}

#[test]
fn a_wipe_that_was_cut_off_is_done_again() {
    for left in [
        &["store.db-wal", "store.db-shm", "store.db"][..],
        &["store.db"],
    ] {
        let device = device(1);
        let folder = device.folder.path();
        for name in left {
            // A store that was closed has no such file; one that was killed does.
            let _ = std::fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(folder.join(name));
        }
        std::fs::remove_file(folder.join("keys")).unwrap();
        std::fs::write(folder.join("keys.new"), b"half written").unwrap();
        let (code, answers) = device.run(&["status"]);
        assert_eq!(code, 5, "{answers:?}");
        let (code, answers) = device.run(&["wipe"]);
        assert_eq!(code, 0, "{answers:?}");
        let names = std::fs::read_dir(folder).unwrap();
        let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["store.lock"]);
    }
}

#[test]
fn a_rehearsal_leaves_the_scan_log_alone() {
    let device = device(10);
    let token = device.organizer.token(3);
    let supervisor = SUPERVISOR.to_string();
    let rehearse = ["scan", &token, "--rehearse", "--supervisor", &supervisor];
    let (code, answers) = device.run(&rehearse);
    assert_eq!((code, &answers[0]["rehearsal"]), (0, &true.into()));
    assert_eq!(device.run(&rehearse).0, 10, "used, in the rehearsal");
    assert_eq!(device.run(&["scan", &token, "--rehearse"]).0, 2);
    let stranger = ["scan", &token, "--rehearse", "--supervisor", "3"];
    assert_eq!(device.run(&stranger).0, 2);
    let (_, status) = device.run(&["status"]);
    assert_eq!(status[0]["events"][0]["facts"], 0);
    assert_eq!(device.run(&["scan", &token]).0, 0);
    assert_eq!(device.run(&["wipe", "--rehearsal"]).0, 0);
    assert_eq!(device.run(&rehearse).0, 0, "nothing of it is left");
    assert_eq!(device.run(&["scan", &token]).0, 10);
}

#[test]
fn a_device_that_is_not_enrolled_says_so() {
    let folder = tempfile::tempdir().unwrap();
    for args in [&["status"][..], &["scan", "x"], &["sync"]] {
        let output = program(folder.path()).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(5), "{args:?}");
        assert!(
            lines(&output)[0]["error"]
                .as_str()
                .unwrap()
                .contains("not enrolled")
        );
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_second_process_is_refused_in_words() {
    let device = device(1);
    let _held = reopen(device.folder.path());
    let (code, answers) = device.run(&["status"]);
    assert_eq!(code, 3);
    assert!(
        answers[0]["error"]
            .as_str()
            .unwrap()
            .contains("another scanner is running")
    );
}

#[test]
fn codes_on_standard_input_are_answered_line_by_line() {
    let device = device(10);
    let mut child = program(device.folder.path())
        .args(["scan", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for (serial, outcome) in [(1, "admit"), (2, "admit"), (1, "refuse")] {
        writeln!(input, "{}", device.organizer.token(serial)).unwrap();
        let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert_eq!(answer["outcome"], outcome);
    }
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(10));
}

impl Device {
    /// What `arguments` answer when `input` is all of standard input.
    fn run_with(&self, arguments: &[&str], input: &[u8]) -> (i32, Vec<Value>) {
        let mut child = program(self.folder.path())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code().unwrap(), lines(&output))
    }

    fn facts(&self) -> u64 {
        let (_, status) = self.run(&["status"]);
        status[0]["events"][0]["facts"].as_u64().unwrap()
    }
}

#[test]
fn no_line_ends_a_turnstile() {
    let device = device(10);
    let token = device.organizer.token(3);
    let mut input = b"\xff\xfe\n\0\x01\n".to_vec();
    input.extend(token.as_bytes());
    input.extend(vec![b' '; 20_000]);
    input.extend(b"x\n");
    input.extend(token.as_bytes());
    input.extend(b"\nlast \xe9");
    let (code, answers) = device.run_with(&["scan", "-"], &input);
    let told: Vec<&Value> = answers
        .iter()
        .map(|answer| match &answer["reason"] {
            Value::Null => &answer["outcome"],
            reason => reason,
        })
        .collect();
    let malformed = Value::from("malformed");
    let admit = Value::from("admit");
    assert_eq!(
        told,
        [&malformed, &malformed, &malformed, &admit, &malformed]
    );
    assert_eq!(code, 10);
}

#[test]
fn pictures_come_through_a_pipe_too() {
    let device = device(2);
    let picture = qr(&device.organizer.token(1));
    let grey = scanner_core::picture::parse(&picture).unwrap();
    assert_eq!(device.run_with(&["scan", "-"], &picture).0, 0);
    assert_eq!(device.run_with(&["scan", "-"], &bmp(&grey)).0, 10, "used");
    let (code, answers) = device.run_with(&["scan", "-"], b"GIF89a no picture");
    assert_eq!((code, answers.len()), (2, 1));
    assert_eq!(device.facts(), 3, "with the first one of the log");
}

/// A grey picture as a BMP of 24 bits a pixel.
fn bmp(grey: &decode::LumaImage) -> Vec<u8> {
    let (width, height) = (grey.width(), grey.height());
    let row = (width * 3).next_multiple_of(4);
    let word = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    let mut bytes = b"BM".to_vec();
    for field in [54 + row * height, 0, 54, 40, width, height] {
        bytes.extend(word(field));
    }
    bytes.extend([1, 0, 24, 0]);
    bytes.extend([0; 24]);
    for line in grey.bytes().chunks(width).rev() {
        let end = bytes.len() + row;
        bytes.extend(line.iter().flat_map(|grey| [*grey; 3]));
        bytes.resize(end, 0);
    }
    bytes
}

#[test]
fn what_nobody_showed_is_not_refused() {
    let device = device(1);
    let folder = device.folder.path().to_str().unwrap();
    for nothing in ["", " ", folder, "absent.png", "nowhere/Ticket.JPG", "."] {
        let (code, answers) = device.run(&["scan", nothing]);
        assert_eq!(code, 2, "{nothing:?}: {answers:?}");
    }
    assert_eq!(device.facts(), 0);
    let address = "https://tickets.example.org/a.png";
    assert_eq!(device.run(&["scan", address]).0, 10, "a code like others");
    let (code, _) = device.run(&["find", folder, "--operator", "9"]);
    assert_eq!(code, 0, "words may be the name of anything");
}

#[test]
fn pictures_that_cannot_be_read_are_lines_too() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.png");
    std::fs::write(&bad, b"\x89PNG\r\n\x1a\nno").unwrap();
    let device = device(1);
    let code = qr(&device.organizer.token(0));
    let good = folder.path().join("good.png");
    std::fs::write(&good, code).unwrap();
    let output = program(folder.path())
        .arg("decode")
        .args([&bad, &good, &folder.path().join("absent.png")])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let answers = lines(&output);
    assert!(answers[0]["error"].is_string() && answers[2]["error"].is_string());
    assert_eq!(answers[1]["texts"][0], device.organizer.token(0));
    assert!(answers[1]["cpu_ms"].as_f64().unwrap() > 0.0);
    let (code, _) = device.run(&["scan", good.to_str().unwrap()]);
    assert_eq!(code, 0, "a picture is scanned like its text");
    let folder = folder.path().to_str().unwrap();
    let (code, answers) = device.run(&["decode", bad.to_str().unwrap(), folder]);
    assert_eq!((code, answers.len()), (2, 2), "none of them was opened");
}

#[cfg(unix)]
#[test]
fn nobody_waits_for_a_pipe_that_is_named_as_a_picture() {
    let device = device(1);
    let pipe = device.folder.path().join("pipe.png");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let pipe = pipe.to_str().unwrap();
    let (code, answers) = device.run(&["decode", pipe]);
    assert_eq!((code, answers.len()), (2, 1));
    assert_eq!(device.run(&["scan", pipe]).0, 2);
    let folder = device.folder.path().to_str().unwrap();
    let watched = device.run(&["watch", "--once", "--alone", folder]);
    assert_eq!(watched, (0, vec![]));
}

#[test]
fn a_new_address_is_kept_once_the_server_answered_there() {
    let device = device(1);
    let server = || device.run(&["status"]).1[0]["server"].clone();
    let before = server();
    for options in [&["sync"][..], &["sync", "--stay"]] {
        let moved = [options, &["--server", "http://127.0.0.1:9"]].concat();
        assert_eq!(device.run(&moved).0, 4, "{options:?}");
        assert_eq!(server(), before, "{options:?}");
    }
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let portal = std::thread::spawn(move || {
        let (mut guest, _) = listener.accept().unwrap();
        let page = "HTTP/1.1 200 OK\r\ncontent-length: 7\r\nconnection: close\r\n\r\nWelcome";
        let _ = guest.read(&mut [0; 4096]).unwrap();
        guest.write_all(page.as_bytes()).unwrap();
    });
    assert_eq!(device.run(&["sync", "--server", &address]).0, 4);
    portal.join().unwrap();
    assert_eq!(server(), before, "a page of somebody else is no answer");
    let both = ["sync", "--peer", "127.0.0.1:9", "--server", &address];
    assert_eq!(device.run(&both).0, 2);
}

#[test]
fn no_conflicts_are_an_empty_list() {
    let device = device(1);
    let (code, told) = device.run(&["conflicts"]);
    assert_eq!((code, told.len()), (0, 1));
    assert_eq!(told[0]["conflicts"], serde_json::json!([]));
}

#[test]
fn a_device_has_a_name() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["", "  "] {
        let output = program(folder.path())
            .args(["enrol", "--server", "http://127.0.0.1:9", "--code", "A"])
            .args(["--name", name])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
    }
}

#[test]
fn an_export_replaces_nothing_by_accident() {
    let device = device(1);
    let file = device.folder.path().join("door.log");
    let path = file.to_str().unwrap();
    std::fs::write(&file, "somebody's diary").unwrap();
    assert_eq!(device.run(&["export", path]).0, 2);
    assert_eq!(std::fs::read(&file).unwrap(), b"somebody's diary");
    assert_eq!(device.run(&["export", "--force", path]).0, 0);
    assert_eq!(device.run(&["import", path]).0, 0);
}

#[test]
fn a_file_that_is_no_case_file_hides_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let head =
        r#"{"format": "bilten-entry-cases/1", "cases": [{"name": "a", "expect": {"verdict": "#;
    let broken = write("broken.json", format!("{head}\n  oops").as_bytes());
    let binary = write("binary.json", b"\xff\xfe");
    let marked = write(
        "marked.json",
        format!("\u{feff}{head}\"admit\"}}}}]}}").as_bytes(),
    );
    let wrong = write("wrong.json", format!("{head}\"refuse\"}}}}]}}").as_bytes());
    let run = |files: &[&Path]| {
        let output = program(folder.path()).arg("decide").args(files).output();
        let output = output.unwrap();
        (output.status.code().unwrap(), lines(&output))
    };
    let absent = folder.path().join("absent.json");
    let (code, told) = run(&[&broken, &absent, &binary, &marked, &wrong]);
    assert_eq!((code, told.len()), (2, 5));
    let why = told[0]["error"].as_str().unwrap();
    assert!(why.contains("not JSON") && why.contains("line 2"), "{why}");
    assert_eq!(told[3]["passed"], true, "{}", told[3]);
    assert_eq!(told[3]["file"], marked.to_str().unwrap());
    assert_eq!(run(&[&marked, &wrong]).0, 1);
    assert_eq!(run(&[&marked]).0, 0);
}

#[test]
fn a_folder_is_watched_until_it_is_read() {
    let device = device(10);
    let pictures = tempfile::tempdir().unwrap();
    for (name, serial) in [("a", 1), ("b", 2), ("c", 1)] {
        let code = qr(&device.organizer.token(serial));
        std::fs::write(pictures.path().join(format!("{name}.png")), code).unwrap();
    }
    let (code, answers) = device.run(&["watch", "--once", pictures.path().to_str().unwrap()]);
    let outcomes: Vec<&str> = answers
        .iter()
        .map(|answer| answer["outcome"].as_str().unwrap())
        .collect();
    assert_eq!((code, outcomes), (10, vec!["admit", "admit", "refuse"]));
}

#[test]
fn a_video_is_scanned_to_its_end() {
    let device = device(10);
    let picture = scanner_core::picture::parse(&qr(&device.organizer.token(4))).unwrap();
    let (width, height) = (picture.width(), picture.height());
    let mut video = format!("YUV4MPEG2 W{width} H{height} F20:1 Cmono\n").into_bytes();
    for frame in 0..30 {
        video.extend(b"FRAME\n");
        match frame {
            // More than a second out of view.
            5..28 => video.extend(vec![128; width * height]),
            _ => video.extend(picture.bytes()),
        }
    }
    let file = device.folder.path().join("guests.y4m");
    std::fs::write(&file, video).unwrap();
    let (code, answers) = device.run(&["watch", file.to_str().unwrap()]);
    let outcomes: Vec<&Value> = answers
        .iter()
        .map(|answer| &answer["outcome"])
        .filter(|outcome| !outcome.is_null())
        .collect();
    assert_eq!(
        (code, outcomes),
        (10, vec![&"admit".into(), &"refuse".into()])
    );
    assert_eq!(device.run(&["watch", "absent.y4m"]).0, 6);
    assert_eq!(device.run(&["watch", "absent"]).0, 2);
}

#[test]
fn what_is_not_ready_is_told_with_what_to_do() {
    let device = device(10);
    let (code, answers) = device.run(&["ready"]);
    let todo = |name: &str| {
        let checks = answers[0]["checks"].as_array().unwrap();
        let check = checks.iter().find(|check| check["check"] == name);
        check.unwrap_or_else(|| panic!("{name} is not checked"))["todo"].clone()
    };
    assert_eq!((code, &answers[0]["ready"]), (1, &false.into()));
    assert_eq!(todo("keys"), "keep_keys_better", "they are in a plain file");
    for well in ["enrolment", "tickets", "book", "clock", "storage", "peers"] {
        assert!(todo(well).is_null(), "{well}: {answers:?}");
    }
    device.run(&["scan", &device.organizer.token(1)]);
    let answers = device.run(&["ready"]).1;
    let checks = answers[0]["checks"].as_array().unwrap();
    let queue = checks
        .iter()
        .find(|check| check["check"] == "queue")
        .unwrap();
    assert_eq!(queue["todo"], "deliver");
    let mut people = Command::new(env!("CARGO_BIN_EXE_bilten-scan"));
    let folder = device.folder.path();
    people
        .arg("--home")
        .arg(folder)
        .arg("--key-file")
        .arg(folder.join("keys"));
    let told = people.arg("ready").output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(
        told.contains("ok  10 tickets, server heard just now"),
        "{told}"
    );
    assert!(told.contains("!!  Keys in a plain file"), "{told}");
}

/// Kills the scanner at random moments: whatever it said to have admitted is in the log.
#[test]
fn every_admission_that_was_printed_survives_being_killed() {
    let rounds: u64 = std::env::var("BILTEN_CRASH_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(12);
    let device = device(2000);
    let folder = device.folder.path();
    let mut rng = StdRng::seed_from_u64(4);
    let mut serial = 0;
    let mut admitted = 0;
    for _ in 0..rounds {
        let mut child = program(folder)
            .args(["scan", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let mut output = child.stdout.take().unwrap();
        let tokens: Vec<String> = (serial..serial + 200)
            .map(|serial| device.organizer.token(serial % 2000))
            .collect();
        serial += 100;
        let feeding = std::thread::spawn(move || {
            for token in tokens {
                if writeln!(input, "{token}").is_err() {
                    break;
                }
            }
            // Held open until the scanner is killed or has read everything.
            std::thread::sleep(Duration::from_millis(50));
        });
        std::thread::sleep(Duration::from_millis(rng.random_range(20..400)));
        child.kill().unwrap();
        child.wait().unwrap();
        feeding.join().unwrap();
        let mut text = String::new();
        output.read_to_string(&mut text).unwrap();

        let scanner = reopen(folder);
        // The last line may have been cut off in the middle: nobody has read it.
        for line in text.lines() {
            let Ok(answer) = serde_json::from_str::<Value>(line) else {
                continue;
            };
            if answer["outcome"] == "admit" {
                admitted += 1;
                assert_in_log(&scanner, answer["fact"].as_str().unwrap());
            }
        }
        let held = scanner.store().read(|tx| tx.count_facts(EVENT)).unwrap();
        assert!(held >= admitted);
    }
    assert!(
        admitted > 0,
        "the scanner was always killed before it said anything"
    );
}

/// Kills the box office between selling and showing: the same wish brings its ticket, no serial twice.
#[test]
fn no_serial_is_sold_twice_however_often_the_box_office_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(today());
    let scanner = organizer.enrol(folder.path(), "Office");
    organizer.lease(&scanner, 2, 5001, 5200);
    organizer.give_book(&scanner);
    drop(scanner);
    let mut rng = StdRng::seed_from_u64(8);
    let mut sold = std::collections::BTreeMap::new();
    let mut killed = 0;
    for round in 0..30_u32 {
        let wish = format!("{round:032x}");
        let sell = ["sell", "--tier", "1", "--request-id", &wish];
        let mut child = program(folder.path())
            .args(sell)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(rng.random_range(1..60)));
        child.kill().unwrap();
        let mut shown = String::new();
        child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut shown)
            .unwrap();
        killed += u32::from(!child.wait().unwrap().success());
        let output = program(folder.path()).args(sell).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let ticket = lines(&output)[0]["sold"].clone();
        if let Ok(shown) = serde_json::from_str::<Value>(&shown) {
            assert_eq!(
                shown["sold"], ticket,
                "what a guest was shown is what was sold"
            );
        }
        let serial = ticket["serial"].as_u64().unwrap();
        let before = sold.insert(serial, wish.clone());
        assert_eq!(before, None, "{serial} was sold twice");
    }
    assert!(killed > 0, "the box office was never killed in time");
    assert_eq!(sold.len(), 30);
    assert_eq!(sold.keys().next_back(), Some(&5030), "no serial was lost");
}

#[test]
fn pictures_of_sold_tickets_are_read_by_the_door() {
    let folder = tempfile::tempdir().unwrap();
    let mut organizer = Organizer::new(today());
    let scanner = organizer.enrol(folder.path(), "Office");
    organizer.lease(&scanner, 2, 5001, 5002);
    organizer.give_book(&scanner);
    drop(scanner);
    let device = Device { folder, organizer };
    let pictures = tempfile::tempdir().unwrap();
    let into = pictures.path().to_str().unwrap();
    let sell = ["sell", "--tier", "Standing", "--pictures", into];
    let (code, sold) = device.run(&sell);
    assert_eq!((code, &sold[0]["sold"]["serial"]), (0, &5001.into()));
    let picture = sold[0]["picture"].as_str().unwrap();
    assert_eq!(device.run(&["scan", picture]).0, 0);
    let (_, till) = device.run(&["till", "--pictures", into, "--picture-kind", "svg"]);
    assert_eq!(till[0]["on_offer"]["left"], 1);
    let drawn = std::fs::read_to_string(till[1]["picture"].as_str().unwrap()).unwrap();
    assert!(drawn.contains("<svg"));
    assert_eq!(device.run(&["sell", "--tier", "Nowhere"]).0, 2);
    assert_eq!(device.run(&["sell", "--tier", "1", "--paid", "gift"]).0, 2);
}

fn assert_in_log(scanner: &scanner_core::scanner::Scanner, name: &str) {
    let (actor, seq) = name.split_once(':').unwrap();
    let id = FactId {
        event: EVENT,
        actor: actor.parse().unwrap(),
        seq: seq.parse().unwrap(),
    };
    let row = scanner.store().read(|tx| tx.find_fact(id)).unwrap();
    let row = row.unwrap_or_else(|| panic!("{name} was printed and is not in the log"));
    let Some(Fact::Scan(scan)) = row.fact else {
        panic!("{name} is no scan");
    };
    assert_eq!(scan.outcome, Outcome::Admitted);
}

/// No file may grow past a limit: scanning stops in words, and the log can still be exported.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_takes_no_more_stops_scanning_in_words() {
    let device = device(400);
    let folder = device.folder.path();
    let mut codes = String::new();
    for serial in 0..400 {
        codes.push_str(&device.organizer.token(serial));
        codes.push('\n');
    }
    let list = folder.join("codes");
    std::fs::write(&list, codes).unwrap();
    // Blocks of 512 bytes: as much as the store has now, and little more.
    let blocks = std::fs::metadata(folder.join("store.db")).unwrap().len() / 512 + 200;
    let program = env!("CARGO_BIN_EXE_bilten-scan");
    let script = format!(
        "trap '' XFSZ; ulimit -f {blocks}; exec {program} --home {home} --key-file {home}/keys --json scan - < {list}",
        home = folder.display(),
        list = list.display(),
    );
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let answers = lines(&output);
    let (last, admitted) = answers.split_last().unwrap();
    assert!(last["error"].as_str().unwrap().contains("disk"), "{last}");
    assert!(!admitted.is_empty());

    let scanner = reopen(folder);
    for answer in admitted {
        assert_in_log(&scanner, answer["fact"].as_str().unwrap());
    }
    drop(scanner);
    let log = folder.join("log");
    let (code, exported) = device.run(&["export", log.to_str().unwrap()]);
    assert_eq!(code, 0);
    assert!(exported[0]["facts"].as_u64().unwrap() > admitted.len() as u64);
}
