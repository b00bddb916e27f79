//! What a server does when its disk is full.
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::process::Command;

use journeys::api::Api;
use journeys::place::{Place, text};
use journeys::{Outcome, failed};
use serde_json::{Value, json};

/// A disk of its own in memory, given back at the end.
struct Disk(PathBuf);

impl Disk {
    /// None where the system lets nobody mount one.
    fn mount(path: &Path) -> Outcome<Option<Self>> {
        std::fs::create_dir_all(path).map_err(failed("making a folder"))?;
        let mounted = run("mount", &["-t", "tmpfs", "-o", "size=1500k", "disk"], path);
        Ok(mounted.then(|| Self(path.to_owned())))
    }

    fn enlarge(&self) -> Outcome {
        let larger = run("mount", &["-o", "remount,size=32m"], &self.0);
        larger
            .then_some(())
            .ok_or_else(|| "it cannot be enlarged".to_owned())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        run("umount", &["--lazy"], &self.0);
    }
}

fn run(program: &str, arguments: &[&str], path: &Path) -> bool {
    let done = Command::new(program).args(arguments).arg(path).output();
    done.is_ok_and(|done| done.status.success())
}

/// Eight buyers at once, again and again: the orders that were taken until one was refused for
/// want of room.
async fn sell_until_full(place: &Place) -> Outcome<Vec<Value>> {
    let mut taken = Vec::new();
    for _ in 0..200 {
        let buyers = (0..8).map(|_| {
            let (guest, path) = (Api::new(&place.server.url()), place.path("orders"));
            let body = json!({"positions": [{"tier": 1, "quantity": 10}],
                "email": "guest@example.org", "name": "Ada"});
            tokio::spawn(async move { guest.try_post(&path, &body).await })
        });
        let mut full = false;
        for buyer in buyers.collect::<Vec<_>>() {
            match buyer.await.map_err(failed("buying"))?? {
                (201, order) => taken.push(order),
                (507, answer) if answer["type"] == "/problems/storage-full" => full = true,
                (status, answer) => return Err(format!("{status}: {answer}")),
            }
        }
        if full {
            return Ok(taken);
        }
    }
    Err("the disk never was full".to_owned())
}

#[tokio::test]
async fn a_full_disk_is_told_and_costs_nothing_that_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(&folder.path().join("server")).unwrap() else {
        println!("nobody may mount a disk here: not tried");
        return;
    };
    let mut place = Place::open(folder.path(), None, 0).await.unwrap();
    let quotas = place.organizer.get(&place.path("quotas")).await.unwrap();
    let quota = place.path(&format!("quotas/{}", text(&quotas[0], "id").unwrap()));
    let many = json!({"size": 1_000_000});
    place.organizer.patch(&quota, &many).await.unwrap();
    let guest = Api::new(&place.server.url());

    let taken = sell_until_full(&place).await.unwrap();
    assert!(!taken.is_empty());
    let ready = guest.get_bytes("/health/ready").await.unwrap_err();
    assert!(ready.contains("storage-full"), "{ready}");

    disk.enlarge().unwrap();
    assert_eq!(guest.get_bytes("/health/ready").await.unwrap(), b"ok");
    place.buy(1).await.unwrap();
    place.server.stop();
    place.server.start().unwrap();
    for order in &taken {
        place.code(order).await.unwrap();
    }
    place.server.stop();
}
