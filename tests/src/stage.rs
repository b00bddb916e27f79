//! What a journey begins with: a server with an organizer, an event on sale, guests with
//! tickets, and devices.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::api::Api;
use crate::scanner::Scanner;
use crate::server::Server;
use crate::{Outcome, failed};

const EMAIL: &str = "owner@example.org";
const PASSWORD: &str = "a long demo password";

/// Creates Demo Nights, an organizer, on a server that does not run yet, and starts it.
///
/// # Errors
/// When the server does not do it.
pub fn found(server: &mut Server) -> Outcome {
    server.run(
        &[
            "organizer",
            "create",
            "--name",
            "Demo Nights",
            "--email",
            EMAIL,
        ],
        &format!("{PASSWORD}\n"),
    )?;
    server.start()
}

/// Logs the organizer in.
///
/// # Errors
/// When the server does not let it.
pub async fn log_in(api: &Api) -> Outcome<Api> {
    let session = api
        .post(
            "/api/v1/sessions",
            &json!({ "email": EMAIL, "password": PASSWORD }),
        )
        .await?;
    Ok(api.with_token(&text(&session, "token")?))
}

/// Makes an event on sale with one tier and its quota; gives its id.
///
/// # Errors
/// When the server does not do it.
pub async fn set_up(organizer: &Api) -> Outcome<String> {
    let event = organizer
        .post(
            "/api/v1/events",
            &json!({
                "name": "Harbour Lights",
                "place": "Pier 7",
                "time_zone": "Europe/Belgrade",
                "currency": "EUR",
                "state": "on_sale",
            }),
        )
        .await?;
    let event = text(&event, "id")?;
    let tier = organizer
        .post(
            &format!("/api/v1/events/{event}/tiers"),
            &json!({ "name": "Standing", "price_minor": 0 }),
        )
        .await?;
    organizer
        .post(
            &format!("/api/v1/events/{event}/quotas"),
            &json!({ "name": "House", "size": 100, "tiers": [tier["tier"]] }),
        )
        .await?;
    Ok(event)
}

/// A ticket that was bought.
pub struct Ticket {
    /// The order position.
    pub position: String,
    /// The picture of its code.
    pub picture: PathBuf,
}

/// Buys `count` tickets as a guest; their pictures are written to `folder`.
///
/// # Errors
/// When the server does not sell them.
pub async fn buy(api: &Api, event: &str, count: usize, folder: &Path) -> Outcome<Vec<Ticket>> {
    let guests: Vec<&str> = ["Ada", "Bruno", "Chiara"].into_iter().take(count).collect();
    let order = json!({
        "positions": [{ "tier": 1, "quantity": count, "attendees": guests }],
        "email": "guest@example.org",
        "name": "Ada",
    });
    let order = api
        .post(&format!("/api/v1/events/{event}/orders"), &order)
        .await?;
    let buyer = api.with_token(&text(&order, "secret")?);
    let mut tickets = Vec::new();
    for position in list(&order, "positions")? {
        let position = text(position, "id")?;
        let png = buyer
            .get_bytes(&format!("/api/v1/positions/{position}/ticket.png"))
            .await?;
        let picture = folder.join(format!("ticket-{}.png", tickets.len() + 1));
        std::fs::write(&picture, png).map_err(failed("writing a ticket's picture"))?;
        tickets.push(Ticket { position, picture });
    }
    if tickets.len() == count {
        return Ok(tickets);
    }
    Err(format!(
        "{} of {count} tickets came with the order",
        tickets.len()
    ))
}

/// Makes a one-time code for a device; `wishes` is the request's body.
///
/// # Errors
/// When the server does not make one.
pub async fn invite(organizer: &Api, event: &str, wishes: &Value) -> Outcome<Value> {
    organizer
        .post(&format!("/api/v1/events/{event}/enrolment-codes"), wishes)
        .await
}

/// Enrols a scanner with a folder of its own in `folder`.
///
/// # Errors
/// When it does not enrol.
pub async fn enrol(
    organizer: &Api,
    server: &Server,
    event: &str,
    folder: &Path,
    name: &str,
) -> Outcome<Scanner> {
    let code = invite(organizer, event, &json!({})).await?;
    let scanner = Scanner::new(&folder.join(name.replace(' ', "-")), name);
    let code = text(&code, "code")?;
    scanner
        .run(&[
            "enrol",
            "--server",
            &server.url(),
            "--code",
            &code,
            "--name",
            name,
        ])?
        .expect(0, "an enrolment")?;
    Ok(scanner)
}

/// The text `name` of a document.
///
/// # Errors
/// When there is none.
pub fn text(value: &Value, name: &str) -> Outcome<String> {
    value[name]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| format!("no {name} in {value}"))
}

/// The list that a document is, or has as `name`.
///
/// # Errors
/// When there is none.
pub fn list<'v>(value: &'v Value, name: &str) -> Outcome<&'v [Value]> {
    value
        .as_array()
        .or_else(|| value[name].as_array())
        .map(Vec::as_slice)
        .ok_or_else(|| format!("no list of {name} in {value}"))
}
