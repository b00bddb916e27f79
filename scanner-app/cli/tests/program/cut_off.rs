//! Killed at any moment, or with a full disk: what was printed is in the log.

use super::*;

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
