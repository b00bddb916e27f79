//! A server with one organizer and one event on sale, to begin a journey from.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::Outcome;
use crate::api::Api;
use crate::scanner::Scanner;
use crate::server::Server;

/// Address and password of the owner.
pub const OWNER: (&str, &str) = ("owner@example.org", "a long demo password");

/// A running server with an event on sale.
pub struct Place {
    folder: PathBuf,
    /// The server.
    pub server: Server,
    /// The organizer, logged in.
    pub organizer: Api,
    /// The event's id.
    pub event: String,
}

impl Place {
    /// Opens a server in `folder`, on PostgreSQL when `database_url` names one, with an event of
    /// one tier at `price_minor`.
    ///
    /// # Errors
    /// At the first thing that is not as it should be.
    pub async fn open(
        folder: &Path,
        database_url: Option<String>,
        price_minor: i64,
    ) -> Outcome<Self> {
        let mut server = Server::new(&folder.join("server"), database_url)?;
        let create = ["organizer", "create", "--name", "Demo Nights", "--email"];
        server.run(
            &[&create[..], &[OWNER.0]].concat(),
            &format!("{}\n", OWNER.1),
        )?;
        server.start()?;
        let organizer = log_in(&server, OWNER.1).await?;
        let event = json!({ "name": "Harbour Lights", "time_zone": "Europe/Belgrade",
            "currency": "EUR", "state": "on_sale" });
        let event = text(&organizer.post("/api/v1/events", &event).await?, "id")?;
        let place = Self {
            folder: folder.to_owned(),
            server,
            organizer,
            event,
        };
        let tier = json!({ "name": "Standing", "price_minor": price_minor });
        place.organizer.post(&place.path("tiers"), &tier).await?;
        let quota = json!({ "name": "House", "size": 100, "tiers": [1] });
        place.organizer.post(&place.path("quotas"), &quota).await?;
        Ok(place)
    }

    /// The path of something below the event.
    #[must_use]
    pub fn path(&self, below: &str) -> String {
        format!("/api/v1/events/{}/{below}", self.event)
    }

    /// An order of `count` tickets.
    ///
    /// # Errors
    /// When it is not taken.
    pub async fn buy(&self, count: u32) -> Outcome<Value> {
        let body = json!({ "positions": [{ "tier": 1, "quantity": count }],
            "email": "guest@example.org", "name": "Ada" });
        let api = Api::new(&self.server.url());
        api.post(&self.path("orders"), &body).await
    }

    /// The text in the code of an order's first ticket.
    ///
    /// # Errors
    /// When there is none.
    pub async fn code(&self, order: &Value) -> Outcome<String> {
        let buyer = Api::new(&self.server.url()).with_token(&text(order, "secret")?);
        let position = text(&order["positions"][0], "id")?;
        let ticket = buyer
            .get(&format!("/api/v1/positions/{position}/ticket"))
            .await?;
        text(&ticket, "code")
    }

    /// A device of the event that has downloaded it.
    ///
    /// # Errors
    /// When it cannot be enrolled.
    pub async fn enrol(&self, name: &str) -> Outcome<Scanner> {
        let code = self
            .organizer
            .post(&self.path("enrolment-codes"), &json!({}))
            .await?;
        let scanner = Scanner::new(&self.folder.join(name.replace(' ', "-")), name);
        let code = text(&code, "code")?;
        let url = self.server.url();
        let enrol = ["enrol", "--server", &url, "--code", &code, "--name", name];
        scanner.run(&enrol)?.expect(0, "enrolling")?;
        scanner.run(&["sync"])?.expect(0, "a first sync")?;
        Ok(scanner)
    }

    /// Logs in again: the connections of before a restart are gone.
    ///
    /// # Errors
    /// When nobody answers or the password is another.
    pub async fn log_in(&mut self, password: &str) -> Outcome {
        self.organizer = log_in(&self.server, password).await?;
        Ok(())
    }
}

async fn log_in(server: &Server, password: &str) -> Outcome<Api> {
    let api = Api::new(&server.url());
    let body = json!({ "email": OWNER.0, "password": password });
    let session = api.post("/api/v1/sessions", &body).await?;
    Ok(api.with_token(&text(&session, "token")?))
}

/// A text of an answer.
///
/// # Errors
/// When it is not there.
pub fn text(value: &Value, name: &str) -> Outcome<String> {
    let found = value[name].as_str().map(str::to_owned);
    found.ok_or_else(|| format!("no {name} in {value}"))
}
