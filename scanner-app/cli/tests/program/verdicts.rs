//! Codes and their answers: lines and exit codes.

use super::*;

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
