//! This server as a writer: it goes on with its own log of the event, or opens one.

use rand::Rng as _;
use shared_model::fact::Fact;
use shared_model::hlc::Hlc;
use shared_model::ids::{DeviceNo, Epoch, PublicKey};
use shared_model::log::author::{Author, Full, Reading};
use shared_model::log::fold::Logged;
use shared_model::log::{Row, actor_id, keeps_head};
use shared_model::time::Timestamp;

use super::live::Live;
use super::{Error, Published, log};
use crate::app::App;
use crate::db::Tx;
use crate::{db, devices, sql};

/// This server's log of one event, open for writing in one transaction.
#[derive(Debug)]
pub(super) struct Writing {
    author: Author,
    device: DeviceNo,
    turn: log::Turn,
    fact_key: PublicKey,
    reading: Reading,
    wrote: bool,
}

impl From<Full> for Error {
    fn from(_: Full) -> Self {
        Self::Full("fact")
    }
}

impl Writing {
    /// Takes the turn, brings `live` up to date and opens the log.
    pub(super) async fn open(
        tx: &mut Tx,
        app: &App,
        published: &Published,
        live: &mut Live,
    ) -> Result<Self, Error> {
        let event = &published.event;
        let turn = log::turn(tx, event.id).await?;
        live.catch_up(tx, event.id, &published.book).await?;
        let name = &app.config.node;
        let node = devices::node(tx, app, name, event.organizer, event.id).await?;
        let fact_key = PublicKey(node.fact_key.verifying_key().to_bytes());
        let reading = Reading {
            wall: app.now(),
            ..Reading::default()
        };
        let seen = Hlc::default().observe(live.newest, reading.wall);
        let epoch = epoch(tx, app, published).await?;
        let actor = actor_id(&fact_key, &epoch);
        let mut writing = match log::tip(tx, event.id, actor).await? {
            Some((_, tip)) => Self {
                author: Author::resume(event.event_no, node.fact_key, actor, tip, seen),
                device: node.device,
                turn,
                fact_key,
                reading,
                wrote: false,
            },
            None => {
                let (author, first) =
                    Author::open(event.event_no, node.fact_key, epoch, seen, reading);
                let mut writing = Self {
                    author,
                    device: node.device,
                    turn,
                    fact_key,
                    reading,
                    wrote: false,
                };
                // The log hangs on its actor's row.
                writing.put_tip(tx, event.id).await?;
                writing.store(tx, event.id, live, &first, None).await?;
                writing
            }
        };
        writing.author.observe(live.newest, reading);
        Ok(writing)
    }

    /// What the clock says in this transaction.
    pub(super) const fn now(&self) -> Timestamp {
        self.reading.wall
    }

    /// The key that signs what is written.
    pub(super) const fn fact_key(&self) -> PublicKey {
        self.fact_key
    }

    /// Writes the fact that `make` makes of the next stamp; its row.
    pub(super) async fn write(
        &mut self,
        tx: &mut Tx,
        event: shared_model::ids::EventId,
        live: &mut Live,
        answer: Option<Vec<u8>>,
        make: impl FnOnce(shared_model::fact::Stamp) -> Fact,
    ) -> Result<Row, Error> {
        let row = self.author.append(make(self.author.stamp(self.reading)))?;
        self.store(tx, event, live, &row, answer).await?;
        Ok(row)
    }

    /// Who it writes as.
    pub(super) const fn actor(&self) -> shared_model::ids::ActorId {
        self.author.actor()
    }

    /// Signs what was written; the transaction may then be committed.
    pub(super) async fn close(
        self,
        tx: &mut Tx,
        event: shared_model::ids::EventId,
    ) -> Result<(), Error> {
        if self.wrote {
            self.put_tip(tx, event).await?;
            log::put_head(tx, event, &self.author.head()).await?;
            log::end(tx, &self.turn).await?;
        }
        Ok(())
    }

    async fn put_tip(&self, tx: &mut Tx, event: shared_model::ids::EventId) -> Result<(), Error> {
        let actor = self.author.actor();
        Ok(log::put_tip(tx, event, actor, self.device, self.author.tip()).await?)
    }

    async fn store(
        &mut self,
        tx: &mut Tx,
        event: shared_model::ids::EventId,
        live: &mut Live,
        row: &Row,
        answer: Option<Vec<u8>>,
    ) -> Result<(), Error> {
        self.wrote = true;
        let actor = self.author.actor();
        log::insert(tx, &mut self.turn, actor, row, answer, self.reading.wall).await?;
        if keeps_head(row.seq) {
            log::put_head(tx, event, &self.author.head()).await?;
        }
        if let Some(logged) = Logged::new(actor, self.fact_key, row) {
            live.insert(logged);
        }
        live.arrived(self.turn.arrivals());
        Ok(())
    }
}

/// The random part of this server's actor: kept for as long as the database lives.
async fn epoch(tx: &mut Tx, app: &App, published: &Published) -> Result<Epoch, db::Error> {
    let (event, node) = (published.event.id, app.config.node.as_str());
    let known = tx
        .sql(sql!("SELECT epoch FROM node_actors WHERE event_id = $1 AND node = $2 AND incarnation = $3" => (Epoch,)))
        .bind(event)
        .bind(node)
        .bind(app.incarnation)
        .optional()
        .await?;
    if let Some((epoch,)) = known {
        return Ok(epoch);
    }
    let mut epoch = Epoch([0; 16]);
    app.rng().fill_bytes(&mut epoch.0);
    tx.sql(sql!(
        "INSERT INTO node_actors (event_id, node, incarnation, epoch) VALUES ($1, $2, $3, $4)"
    ))
    .bind(event)
    .bind(node)
    .bind(app.incarnation)
    .bind(epoch)
    .execute()
    .await?;
    Ok(epoch)
}
