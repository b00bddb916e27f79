//! This server as a writer: it goes on with its own log of the event, or opens one.

use rand::Rng as _;
use shared_model::fact::Fact;
use shared_model::hlc::Hlc;
use shared_model::ids::{DeviceNo, Epoch, EventId, PublicKey};
use shared_model::log::author::{Author, Full, Reading};
use shared_model::log::fold::Logged;
use shared_model::log::{Row, actor_id, keeps_head};
use shared_model::time::Timestamp;

use super::live::Live;
use super::{Error, Published, log};
use crate::app::App;
use crate::db::{Change, Changes, Tx};
use crate::{db, devices, sql};

/// This server's log of one event, as it stands between transactions.
#[derive(Debug)]
pub(super) struct Own {
    author: Author,
    device: DeviceNo,
    fact_key: PublicKey,
    /// How much was stored of everybody's when it was written last.
    written_at: log::Extent,
}

/// This server's log of one event, open for writing in one transaction.
#[derive(Debug)]
pub(super) struct Writing {
    own: Own,
    turn: log::Turn,
    reading: Reading,
    /// Seq of the head kept last, 0 for none.
    head_at: u64,
    wrote: bool,
    /// Written and not stored yet: one trip brings many.
    unwritten: Vec<log::Entry>,
}

impl From<Full> for Error {
    fn from(_: Full) -> Self {
        Self::Full("fact")
    }
}

impl Writing {
    /// Takes the turn, brings `live` up to date and opens the log; `expected` facts will
    /// probably be written in the transaction that begins with it.
    pub(super) async fn open(
        app: &App,
        published: &Published,
        live: &mut Live,
        expected: u64,
    ) -> Result<(Tx, Self), Error> {
        let event = &published.event;
        let (mut tx, turn) = log::turn(&app.db, event.id, expected).await?;
        live.catch_up_to(&mut tx, event.id, &published.book, turn.extent())
            .await?;
        let reading = Reading {
            wall: app.now(),
            ..Reading::default()
        };
        // Another process may write under the same name: what is stored is the truth, and
        // where nobody stored anything it has not changed.
        let mut own = live.own.take();
        if let Some(known) = own.as_ref().filter(|own| own.written_at != turn.extent()) {
            let tip = log::tip(&mut tx, event.id, known.author.actor()).await?;
            let stored = tip.map(|(_, tip)| tip);
            own = own.filter(|known| stored.as_ref() == Some(known.author.tip()));
        }
        let mut writing = match own {
            Some(own) => Self {
                head_at: own.author.tip().seq,
                own,
                turn,
                reading,
                wrote: false,
                unwritten: Vec::new(),
            },
            None => Self::load(&mut tx, app, published, live, (turn, reading)).await?,
        };
        writing.own.author.observe(live.newest, reading);
        Ok((tx, writing))
    }

    /// Goes on with the stored log, or opens one.
    async fn load(
        tx: &mut Tx,
        app: &App,
        published: &Published,
        live: &mut Live,
        (turn, reading): (log::Turn, Reading),
    ) -> Result<Self, Error> {
        let event = &published.event;
        let name = &app.config.node;
        let node = devices::node(tx, app, name, event.organizer, event.id).await?;
        let fact_key = PublicKey(node.fact_key.verifying_key().to_bytes());
        let seen = Hlc::default().observe(live.newest, reading.wall);
        let epoch = epoch(tx, app, event.id).await?;
        let actor = actor_id(&fact_key, &epoch);
        let stored = log::tip(tx, event.id, actor).await?;
        let (author, first) = match stored {
            Some((_, tip)) => {
                let author = Author::resume(event.event_no, node.fact_key, actor, tip, seen);
                (author, None)
            }
            None => {
                let (author, first) =
                    Author::open(event.event_no, node.fact_key, epoch, seen, reading);
                (author, Some(first))
            }
        };
        let mut writing = Self {
            head_at: stored.map_or(0, |(_, tip)| tip.seq),
            own: Own {
                author,
                device: node.device,
                fact_key,
                written_at: turn.extent(),
            },
            turn,
            reading,
            wrote: false,
            unwritten: Vec::new(),
        };
        if let Some(first) = first {
            // The log hangs on its actor's row.
            let mut changes = Changes::default();
            changes.push(writing.tip(event.id))?;
            changes.execute(tx).await?;
            writing.store(tx, event.id, live, &first, None).await?;
            writing.flush(tx, event.id).await?;
        }
        Ok(writing)
    }

    /// What the clock says in this transaction.
    pub(super) const fn now(&self) -> Timestamp {
        self.reading.wall
    }

    /// The arrival of the newest fact.
    pub(super) const fn arrivals(&self) -> u64 {
        self.turn.extent().arrivals
    }

    /// The key that signs what is written.
    pub(super) const fn fact_key(&self) -> PublicKey {
        self.own.fact_key
    }

    /// Writes the fact that `make` makes of the next stamp; its row.
    pub(super) async fn write(
        &mut self,
        tx: &mut Tx,
        event: EventId,
        live: &mut Live,
        answer: Option<Vec<u8>>,
        make: impl FnOnce(shared_model::fact::Stamp) -> Fact,
    ) -> Result<Row, Error> {
        let row = self
            .own
            .author
            .append(make(self.own.author.stamp(self.reading)))?;
        self.store(tx, event, live, &row, answer).await?;
        Ok(row)
    }

    /// Who it writes as.
    pub(super) const fn actor(&self) -> shared_model::ids::ActorId {
        self.own.author.actor()
    }

    /// Signs what was written and commits. The log as it stands then.
    pub(super) async fn commit(mut self, tx: Tx, event: EventId) -> Result<Own, Error> {
        let mut changes = Changes::default();
        self.insert(&mut changes, event)?;
        if self.wrote {
            let author = &self.own.author;
            changes.push(self.tip(event))?;
            log::put_head(&mut changes, event, &author.head(), self.head_at)?;
        }
        log::end(&mut changes, &self.turn)?;
        tx.commit_with(changes).await?;
        self.own.written_at = self.turn.extent();
        Ok(self.own)
    }

    fn tip(&self, event: EventId) -> Change {
        let author = &self.own.author;
        log::put_tip(event, author.actor(), self.own.device, author.tip())
    }

    /// Brings what was written to the database, where it can be found.
    pub(super) async fn flush(&mut self, tx: &mut Tx, event: EventId) -> Result<(), db::Error> {
        let mut changes = Changes::default();
        self.insert(&mut changes, event)?;
        changes.execute(tx).await
    }

    fn insert(&mut self, changes: &mut Changes, event: EventId) -> Result<(), db::Error> {
        let unwritten = std::mem::take(&mut self.unwritten);
        let actor = self.own.author.actor();
        log::insert(changes, event, actor, &unwritten, self.reading.wall)
    }

    async fn store(
        &mut self,
        tx: &mut Tx,
        event: EventId,
        live: &mut Live,
        row: &Row,
        answer: Option<Vec<u8>>,
    ) -> Result<(), Error> {
        self.wrote = true;
        let actor = self.own.author.actor();
        self.unwritten.push(self.turn.enter(row.clone(), answer));
        if keeps_head(row.seq) {
            let mut changes = Changes::default();
            log::put_head(&mut changes, event, &self.own.author.head(), self.head_at)?;
            changes.execute(tx).await?;
            self.head_at = row.seq;
        }
        if let Some(logged) = Logged::new(actor, self.own.fact_key, row) {
            live.insert(logged);
        }
        live.stored(self.turn.extent());
        Ok(())
    }
}

/// The random part of this server's actor: kept for as long as the database lives.
pub(crate) async fn epoch(tx: &mut Tx, app: &App, event: EventId) -> Result<Epoch, db::Error> {
    let node = app.config.node.as_str();
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
