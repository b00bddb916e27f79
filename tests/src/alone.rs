//! What a door that is cut off knows and may do: whose ticket it sees, and how many people it
//! lets in.

use std::path::Path;

use serde_json::{Value, json};

use crate::Outcome;
use crate::api::Api;
use crate::scanner::Scanner;
use crate::server::Server;
use crate::stage::{buy, enrol, found, log_in, set_up};
use crate::story::refused;

/// An event that keeps names off devices: the door shows a guest's name when the ticket is
/// shown, and finds nobody without it.
///
/// # Errors
/// At the first thing that is not as it should be.
pub async fn names(folder: &Path, database_url: Option<String>) -> Outcome {
    let mut server = Server::new(&folder.join("server"), database_url)?;
    found(&mut server)?;
    let organizer = log_in(&Api::new(&server.url())).await?;
    let event = set_up(&organizer).await?;
    let tickets = buy(&Api::new(&server.url()), &event, 3, folder).await?;
    let door = enrol(&organizer, &server, &event, folder, "Door").await?;
    door.run(&["sync"])?.expect(0, "a sync with names")?;
    door.run(&["find", "Ada"])?.expect(0, "finding Ada")?;
    let off = json!({ "search_on_devices": false });
    let path = format!("/api/v1/events/{event}");
    organizer.patch(&path, &off).await?;
    for _ in 0..2 {
        door.run(&["sync"])?.expect(0, "a sync without names")?;
    }
    server.stop();

    door.run(&["find", "Ada"])?
        .expect(2, "finding Ada where names are off")?;
    let [one, two, ..] = tickets.as_slice() else {
        return Err("three tickets were bought".into());
    };
    let answer = door.run(&["scan", &one.picture.to_string_lossy()])?;
    let answer = answer.expect(0, "a ticket of somebody")?;
    named(&answer.first()["person"], "Ada")?;
    let found = door.run(&["find", &two.picture.to_string_lossy()])?;
    let found = found.expect(0, "finding by code")?;
    named(&found.first()["ticket"]["person"], "Bruno")
}

fn named(person: &Value, name: &str) -> Outcome {
    match person["name"] == name {
        true => Ok(()),
        false => Err(format!("{name} was not shown: {person}")),
    }
}

/// A hall of three and two doors: cut off, each lets in its share and refuses the next.
///
/// # Errors
/// At the first thing that is not as it should be.
pub async fn shares(folder: &Path, database_url: Option<String>) -> Outcome {
    let mut server = Server::new(&folder.join("server"), database_url)?;
    found(&mut server)?;
    let organizer = log_in(&Api::new(&server.url())).await?;
    let event = set_up(&organizer).await?;
    let at = |rest: &str| format!("/api/v1/events/{event}/{rest}");
    let hall = json!({ "name": "Hall", "capacity": 3 });
    organizer.post(&at("zones"), &hall).await?;
    organizer
        .patch(&at("lists/1"), &json!({ "zone": 0 }))
        .await?;
    let tickets = buy(&Api::new(&server.url()), &event, 3, folder).await?;
    let a = enrol(&organizer, &server, &event, folder, "Door A").await?;
    let b = enrol(&organizer, &server, &event, folder, "Door B").await?;
    for door in [&a, &b] {
        door.run(&["sync"])?.expect(0, "a sync before doors")?;
    }
    server.stop();

    let scan = |door: &Scanner, ticket: usize| {
        let ticket = tickets.get(ticket).ok_or("three tickets were bought")?;
        door.run(&["scan", &ticket.picture.to_string_lossy()])
    };
    scan(&a, 0)?.expect(0, "the share of door A")?;
    scan(&b, 1)?.expect(0, "the share of door B")?;
    refused(scan(&a, 2)?, "capacity")?;
    refused(scan(&b, 2)?, "capacity")?;
    server.start()?;
    for door in [&a, &b] {
        door.run(&["sync"])?
            .expect(0, "a sync with the server back")?;
    }
    scan(&a, 2)?
        .expect(0, "there is room, and the server said so")
        .map(drop)
}
