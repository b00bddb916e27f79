//! What an operator does at the command line, and what it says when it cannot.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use journeys::api::Api;
use journeys::place::{OWNER, Place};
use journeys::server::Server;
use journeys::{databases, programs};
use serde_json::json;

/// What a command says when it fails.
fn fails(server: &Server, arguments: &[&str], input: &str) -> String {
    server.run(arguments, input).expect_err("it cannot work")
}

#[tokio::test]
async fn losing_the_disk_is_survivable() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (key, backup) = (at("key-in-the-safe"), at("backup.sqlite"));
    let mut place = Place::open(folder.path(), None, 0).await.unwrap();
    let order = place.buy(2).await.unwrap();
    let code = place.code(&order).await.unwrap();
    let door = place.enrol("Door").await.unwrap();

    place
        .server
        .run(&["keys", "export", "--to", &key], "")
        .unwrap();
    let twice = fails(&place.server, &["keys", "export", "--to", &key], "");
    assert!(twice.contains("File exists"), "{twice}");
    let said = place.server.run(&["backup", &backup], "").unwrap();
    assert!(said.contains("the master key is not in it"), "{said}");
    let twice = fails(&place.server, &["backup", &backup], "");
    assert!(twice.contains("is not overwritten"), "{twice}");

    // The disk is gone; the device was offline and has let a guest in.
    place.server.stop();
    door.run(&["scan", &code])
        .unwrap()
        .expect(0, "a guest")
        .unwrap();
    std::fs::remove_dir_all(folder.path().join("server")).unwrap();

    let missing = fails(&place.server, &["restore", &at("nowhere")], "");
    assert!(missing.contains("does not exist"), "{missing}");
    let said = place.server.run(&["restore", &backup], "").unwrap();
    assert!(said.contains("bilten keys recover"), "{said}");
    let again = fails(&place.server, &["restore", &backup], "");
    assert!(again.contains("is not empty"), "{again}");
    let keyless = place.server.start().expect_err("there is no key");
    assert!(keyless.contains("bilten keys recover"), "{keyless}");
    let garbage = fails(&place.server, &["keys", "recover"], "0123\n");
    assert!(garbage.contains("64 hexadecimal digits"), "{garbage}");
    let other = format!("{}\n", "ab".repeat(32));
    let other = fails(&place.server, &["keys", "recover"], &other);
    assert!(other.contains("does not open"), "{other}");
    let exported = std::fs::read_to_string(&key).unwrap();
    place.server.run(&["keys", "recover"], &exported).unwrap();
    let there = fails(&place.server, &["keys", "recover"], &exported);
    assert!(there.contains("move it away first"), "{there}");

    place.server.start().unwrap();
    place.log_in(OWNER.1).await.unwrap();
    assert_eq!(
        place.code(&order).await.unwrap(),
        code,
        "the buyer's link and the ticket"
    );
    door.run(&["sync"]).unwrap().expect(0, "a sync").unwrap();
    let wish = json!({"code": code, "request_id": "0".repeat(32)});
    let used = place
        .organizer
        .post(&place.path("redeem"), &wish)
        .await
        .unwrap();
    assert_eq!(
        used["reason"], "already_used",
        "the scan of the dark hour came up"
    );
    let fresh = place.buy(1).await.unwrap();
    let fresh = place.code(&fresh).await.unwrap();
    door.run(&["sync"]).unwrap().expect(0, "a sync").unwrap();
    door.run(&["scan", &fresh])
        .unwrap()
        .expect(0, "a new ticket")
        .unwrap();
}

#[tokio::test]
async fn the_master_key_is_changed_and_older_backups_keep_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let mut place = Place::open(folder.path(), None, 0).await.unwrap();
    let order = place.buy(1).await.unwrap();
    let code = place.code(&order).await.unwrap();
    let before = place.server.run(&["keys", "export"], "").unwrap();
    place
        .server
        .run(&["backup", &at("old.sqlite")], "")
        .unwrap();
    place.server.stop();

    let aside = fails(&place.server, &["keys", "change", "--to", &at("x")], "");
    assert!(aside.contains("leave --to away"), "{aside}");
    let said = place.server.run(&["keys", "change"], "").unwrap();
    assert!(said.contains("master.key.before-1"), "{said}");
    let after = place.server.run(&["keys", "export"], "").unwrap();
    assert_ne!(before, after);
    place.server.start().unwrap();
    assert_eq!(place.code(&order).await.unwrap(), code);
    place.log_in(OWNER.1).await.unwrap();
    let event = json!({"name": "Another night", "time_zone": "Europe/Belgrade", "currency": "EUR"});
    place
        .organizer
        .post("/api/v1/events", &event)
        .await
        .unwrap();

    // The backup of before opens with the key of before, and with no other.
    let mut old = Server::new(&folder.path().join("old"), None).unwrap();
    old.run(&["restore", &at("old.sqlite")], "").unwrap();
    let wrong = fails(&old, &["keys", "recover"], &after);
    assert!(wrong.contains("does not open"), "{wrong}");
    old.run(&["keys", "recover"], &before).unwrap();
    old.start().unwrap();
}

#[tokio::test]
async fn a_change_of_the_master_key_that_is_killed_leaves_a_server_that_works() {
    let folder = tempfile::tempdir().unwrap();
    let mut place = Place::open(folder.path(), None, 0).await.unwrap();
    let order = place.buy(1).await.unwrap();
    let code = place.code(&order).await.unwrap();
    let mut keys = std::collections::BTreeSet::new();
    for round in 0..12 {
        place.server.stop();
        let mut change = Command::new(programs::path("bilten").unwrap())
            .arg("--data")
            .arg(folder.path().join("server"))
            .args(["keys", "change"])
            .env_remove("DATABASE_URL")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(round * 8));
        change.kill().unwrap();
        change.wait().unwrap();
        place.server.start().unwrap();
        assert_eq!(
            place.code(&order).await.unwrap(),
            code,
            "killed after {round} steps"
        );
        keys.insert(place.server.run(&["keys", "export"], "").unwrap());
    }
    place.server.stop();
    place.server.run(&["keys", "change"], "").unwrap();
    keys.insert(place.server.run(&["keys", "export"], "").unwrap());
    assert!(keys.len() > 1, "no change was ever finished");
}

#[tokio::test]
async fn passwords_and_organizers() {
    let folder = tempfile::tempdir().unwrap();
    let mut place = Place::open(folder.path(), None, 0).await.unwrap();
    let server = &place.server;
    let create = ["organizer", "create", "--name", "Others", "--email"];
    let taken = fails(
        server,
        &[&create[..], &[OWNER.0]].concat(),
        "another long one\n",
    );
    assert!(taken.contains("already"), "{taken}");
    let short = fails(
        server,
        &[&create[..], &["new@example.org"]].concat(),
        "short\n",
    );
    assert!(short.contains("password"), "{short}");
    for (name, email, wrong) in [
        ("", "new@example.org", "the name must not be empty"),
        ("Others", "notanemail", "is not an e-mail address"),
        ("Others", " ", "the e-mail address must not be empty"),
    ] {
        let create = ["organizer", "create", "--name", name, "--email", email];
        let said = fails(server, &create, "another long one\n");
        assert!(said.contains(wrong), "{said}");
    }
    server
        .run(
            &[&create[..], &["new@example.org"]].concat(),
            "another long one\n",
        )
        .unwrap();

    let reset = ["password", "reset", "--email"];
    let nobody = fails(
        server,
        &[&reset[..], &["nobody@example.org"]].concat(),
        "long enough 1\n",
    );
    assert!(nobody.contains("nobody"), "{nobody}");
    let empty = fails(server, &[&reset[..], &[OWNER.0]].concat(), "");
    assert!(empty.contains("password"), "{empty}");
    server
        .run(&[&reset[..], &[OWNER.0]].concat(), "a new long password\n")
        .unwrap();
    let ended = place.organizer.get("/api/v1/events").await;
    assert!(ended.unwrap_err().contains("401"), "the session ended");
    assert!(place.log_in(OWNER.1).await.is_err(), "the old password");
    place.log_in("a new long password").await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn what_a_server_keeps_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let place = Place::open(folder.path(), None, 0).await.unwrap();
    let backup = folder.path().join("backup.sqlite");
    let path = backup.to_string_lossy();
    place.server.run(&["backup", &path], "").unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let data = folder.path().join("server");
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(&backup), 0o600);
    let files: Vec<_> = std::fs::read_dir(&data)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(
        files.len() > 3,
        "the database, its log and index, and the key: {files:?}"
    );
    for file in files {
        assert_eq!(mode(&file.path()), 0o600, "{file:?}");
    }

    let nowhere = folder.path().join("absent/backup.sqlite");
    let said = fails(&place.server, &["backup", &nowhere.to_string_lossy()], "");
    assert!(said.contains("cannot be written: No such file"), "{said}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn memory_that_passwords_took_is_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::open(folder.path(), None, 0).await.unwrap();
    let before = place.server.memory_mb().unwrap();
    for _ in 0..3 {
        let guest = Api::new(&place.server.url());
        let many = (0..8).map(|_| {
            let (guest, body) = (
                guest.clone(),
                json!({"email": OWNER.0, "password": OWNER.1}),
            );
            tokio::spawn(async move { guest.post("/api/v1/sessions", &body).await })
        });
        for one in many.collect::<Vec<_>>() {
            one.await.unwrap().unwrap();
        }
    }
    // Each password takes 19 MB while it is looked at.
    let after = place.server.memory_mb().unwrap();
    assert!(after < before + 10, "{before} MB, then {after} MB");
}

#[tokio::test]
async fn a_server_moves_to_postgresql_with_every_row_and_every_cent() {
    let Some(database) = databases::postgres("move").unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut place = Place::open(folder.path(), None, 1250).await.unwrap();
    let order = place.buy(3).await.unwrap();
    let paid = format!(
        "/api/v1/orders/{}/confirm-payment",
        order["id"].as_str().unwrap()
    );
    let payment = json!({"reference": "receipt 1"});
    place.organizer.post(&paid, &payment).await.unwrap();
    let code = place.code(&order).await.unwrap();
    place.server.stop();

    let nowhere = "postgres://postgres@127.0.0.1:1/nothing";
    let nowhere = fails(&place.server, &["copy-to", nowhere], "");
    assert!(
        nowhere.contains("refused") || nowhere.contains("connect"),
        "{nowhere}"
    );
    let said = place.server.run(&["copy-to", &database], "").unwrap();
    assert!(said.contains("total_minor 3750"), "{said}");
    let again = fails(&place.server, &["copy-to", &database], "");
    assert!(again.contains("not empty"), "{again}");

    let mut moved = Server::new(&folder.path().join("server"), Some(database)).unwrap();
    moved.start().unwrap();
    place.server = moved;
    assert_eq!(place.code(&order).await.unwrap(), code);
    place.log_in(OWNER.1).await.unwrap();
    let wish = json!({"code": code, "request_id": "0".repeat(32)});
    let answer = place
        .organizer
        .post(&place.path("redeem"), &wish)
        .await
        .unwrap();
    assert_eq!(answer["outcome"], "admit");
}

#[test]
fn a_mistyped_folder_is_told_and_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let nowhere = Server::new(Path::new(&at("sevrer")), None).unwrap();
    let (file, key) = (at("backup"), format!("{}\n", "ab".repeat(32)));
    let commands: [&[&str]; 6] = [
        &["backup", &file],
        &["copy-to", "postgres://postgres@127.0.0.1:1/nothing"],
        &["keys", "export"],
        &["keys", "recover"],
        &["keys", "change"],
        &["password", "reset", "--email", OWNER.0],
    ];
    for command in commands {
        let said = fails(&nowhere, command, &key);
        assert!(said.contains("no server's data in"), "{command:?}: {said}");
        assert!(said.contains("sevrer"), "{command:?}: {said}");
    }
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "nothing was made");

    // A file of that name which no server made.
    let empty = Server::new(Path::new(&at("empty")), None).unwrap();
    std::fs::create_dir(at("empty")).unwrap();
    std::fs::write(at("empty/bilten.sqlite"), "").unwrap();
    let said = fails(&empty, &["backup", &file], "");
    assert!(said.contains("no server's data in"), "{said}");
    assert!(!Path::new(&file).exists());
}

#[tokio::test]
async fn migrations_are_told_and_a_folder_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::new(&folder.path().join("server"), None).unwrap();
    let first = server.run(&["migrate"], "").unwrap();
    assert!(first.starts_with("applied [1, 2"), "{first}");
    let second = server.run(&["migrate"], "").unwrap();
    assert!(second.starts_with("already at version"), "{second}");

    let file = folder.path().join("a-file");
    std::fs::write(&file, "not a folder").unwrap();
    let blocked = Server::new(&file, None).unwrap();
    let blocked = fails(&blocked, &["migrate"], "");
    assert!(blocked.contains("a-file cannot be used"), "{blocked}");

    let damaged = folder.path().join("damaged");
    std::fs::create_dir(&damaged).unwrap();
    std::fs::write(damaged.join("bilten.sqlite"), "this is no database at all").unwrap();
    let damaged = fails(&Server::new(&damaged, None).unwrap(), &["migrate"], "");
    assert!(damaged.contains("not a database"), "{damaged}");
    assert!(Path::new(&file).is_file());
}

#[test]
fn what_a_server_cannot_reach_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("server");
    let server = Server::new(&data, None).unwrap();
    let said = fails(&server, &["serve", "--listen", "192.0.2.1:7"], "");
    assert!(said.contains("192.0.2.1:7"), "{said}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken_address = taken.local_addr().unwrap().to_string();
    let said = fails(&server, &["serve", "--listen", &taken_address], "");
    assert!(said.contains(&taken_address), "{said}");

    let other = [
        "--database-url",
        "mysql://root:secret@localhost/x",
        "migrate",
    ];
    let said = fails(&server, &other, "");
    assert!(
        said.contains("mysql:// is no address of PostgreSQL"),
        "{said}"
    );
    let (_, said) = said.split_once("bilten: ").unwrap();
    assert!(!said.contains("secret"), "{said}");
    let nobody = programs::free_port().unwrap();
    let nobody = format!("postgres://x@127.0.0.1:{nobody}/x");
    let said = fails(&server, &["--database-url", &nobody, "migrate"], "");
    assert!(said.contains("refused (os error"), "{said}");
    assert_eq!(said.matches("Connection refused").count(), 1, "{said}");
}
