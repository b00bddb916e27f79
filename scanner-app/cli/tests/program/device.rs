//! The device itself: its state, its address, its log.

use super::*;

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
fn nothing_is_an_empty_list() {
    let device = device(1);
    let supervisor = SUPERVISOR.to_string();
    let find = ["find", "Nobody of this name", "--operator", &supervisor];
    for (asked, name) in [
        (&["conflicts"][..], "conflicts"),
        (&find, "tickets"),
        (&["till"], "on_offer"),
        (&["till"], "sold"),
    ] {
        let (code, told) = device.run(asked);
        assert_eq!((code, told.len()), (0, 1), "{asked:?}");
        assert_eq!(told[0][name], serde_json::json!([]), "{asked:?}");
    }
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
fn an_export_says_how_many_notes_it_leaves_out() {
    let device = device(1);
    let supervisor = SUPERVISOR.to_string();
    for text in ["The lift is out of order.", "A lost scarf is at the till."] {
        let add = ["note", "add", text, "--operator", &supervisor];
        assert_eq!(device.run(&add).0, 0);
    }
    let file = device.folder.path().join("log.bilten");
    let (code, told) = device.run(&["export", file.to_str().unwrap()]);
    assert_eq!((code, &told[0]["notes_left_out"]), (0, &2.into()));
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
