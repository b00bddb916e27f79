//! Pictures, films and folders of them.

use super::*;

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
