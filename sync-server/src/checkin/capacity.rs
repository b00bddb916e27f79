//! Shares of zones with a limit: how many people each device may let in by itself.
//!
//! What always holds: people inside, and what devices and this server may still let in, are
//! together no more than the zone holds, as far as the server has heard. A share counts until
//! its device asks again or leaves the roster; arithmetic is [`shared_model::capacity`]'s.

use std::collections::HashMap;

use shared_model::book::{Book, RosterDevice};
use shared_model::capacity::{self, Ask, SHARE_MS, Share, Shares, SignedShares};
use shared_model::entry::Lease;
use shared_model::fact::Fact;
use shared_model::hlc::Hlc;
use shared_model::ids::{ActorId, DeviceNo, ListNo};
use shared_model::sync::Signed;
use shared_model::time::Timestamp;
use ticket_crypto::label::Label;

use super::live::Live;
use super::{Error, Published, doors, log};
use crate::app::App;
use crate::db::{self, Conn, Tx};
use crate::devices::{self, Device, Standing};
use crate::{events, row, sql};

/// People that each actor let in, by list, as far as its facts are here.
#[derive(Debug, Default)]
pub(super) struct LetIn(HashMap<ActorId, Counted>);

#[derive(Debug, Default)]
struct Counted {
    last: u64,
    people: HashMap<ListNo, u64>,
}

impl LetIn {
    /// Counts a fact once; those of an actor come in order.
    pub(super) fn count(&mut self, actor: ActorId, seq: u64, fact: &Fact) {
        let counted = self.0.entry(actor).or_default();
        if seq <= counted.last {
            return;
        }
        counted.last = seq;
        if let Some((list, people)) = capacity::let_in(fact) {
            *counted.people.entry(list).or_default() += people;
        }
    }

    fn people(&self, book: &Book, zone: u8, actor: ActorId) -> u64 {
        let people = self.0.get(&actor).map(|counted| &counted.people);
        let of = |list: ListNo| people.and_then(|people| people.get(&list)).copied();
        capacity::lists_into(book, zone)
            .filter_map(|list| of(list.list))
            .sum()
    }
}

row! {
    #[derive(Debug, Clone)]
    struct Promise {
        device_no: DeviceNo,
        zone: u8,
        actor: ActorId,
        total: u64,
    }
}

/// Gives `device` its shares anew.
pub(super) async fn share(app: &App, device: &Device, ask: Ask) -> Result<SignedShares, Error> {
    let mut conn = app.db.read();
    let event = events::find_by_no(&mut conn, device.organizer_id, ask.event).await?;
    let event = event.ok_or(Error::NoEvent)?;
    if devices::standing(&mut conn, device.id, event.id, app.now()).await? != Standing::OnDuty {
        return Err(Error::NoEvent);
    }
    drop(conn);
    let published = doors::book(app, event).await?;
    let live = app.doors.live(published.event.id);
    let mut live = live.lock().await;
    let (mut tx, _turn) = log::turn(&app.db, published.event.id, 0).await?;
    live.catch_up(&mut tx, published.event.id, &published.book)
        .await?;
    let whose = (device.device_no, ask.actor);
    let shares = promise(&mut tx, &published, &live, whose, app.now()).await?;
    tx.commit().await?;
    let signed = Signed::seal(&published.key, &Label::LEASE, &shares);
    Ok(SignedShares {
        bytes: signed.bytes,
        signature: signed.signature,
    })
}

async fn promise(
    tx: &mut Tx,
    published: &Published,
    live: &Live,
    (device, actor): (DeviceNo, ActorId),
    now: Timestamp,
) -> Result<Shares, Error> {
    let book = &published.book;
    let promises = list(tx, published, now).await?;
    let devices = book.roster.devices.iter();
    let doors = devices.filter(|one| !one.node && on_duty(one, now)).count() as u64;
    let mut zones = Vec::new();
    for (zone, limit) in capacity::limited(book) {
        let others = promises
            .iter()
            .filter(|promise| promise.device_no != device);
        let promised = outstanding(book, live, zone, others);
        let free = capacity::free(limit, inside(live, zone, now), promised);
        let given = capacity::portion(free, doors);
        let total = live.let_in.people(book, zone, actor).saturating_add(given);
        put(tx, published, (device, zone), actor, total).await?;
        zones.push(Share { zone, total, given });
    }
    Ok(Shares {
        event: book.event,
        actor,
        given_at: now,
        until: now.plus_millis(SHARE_MS),
        zones,
    })
}

/// People in `zone` as far as heard, those let in by clocks that run ahead as far as they may included.
pub(super) fn inside(live: &Live, zone: u8, now: Timestamp) -> u32 {
    live.fold
        .occupancy(zone, now.plus_millis(Hlc::MAX_AHEAD_MS))
}

/// What of a zone is free for this server to let people into; none where nothing is promised.
pub(super) async fn left_here(
    conn: &mut Conn,
    published: &Published,
    live: &Live,
    zone: u8,
    now: Timestamp,
) -> Result<Option<Lease>, db::Error> {
    let book = &published.book;
    let Some((_, limit)) = capacity::limited(book).find(|(limited, _)| *limited == zone) else {
        return Ok(None);
    };
    let promises = list(conn, published, now).await?;
    if promises.is_empty() {
        return Ok(None);
    }
    let promised = outstanding(book, live, zone, promises.iter());
    let free = capacity::free(limit, inside(live, zone, now), promised);
    Ok(Some(Lease {
        left: u32::try_from(free).unwrap_or(u32::MAX),
        until: Timestamp(i64::MAX),
    }))
}

/// People that may still come in on `promises` without this server hearing of it first.
fn outstanding<'p>(
    book: &Book,
    live: &Live,
    zone: u8,
    promises: impl Iterator<Item = &'p Promise>,
) -> u64 {
    promises
        .filter(|promise| promise.zone == zone)
        .map(|promise| {
            let let_in = live.let_in.people(book, zone, promise.actor);
            promise.total.saturating_sub(let_in)
        })
        .sum()
}

/// What devices on duty were promised.
async fn list(
    conn: &mut Conn,
    published: &Published,
    now: Timestamp,
) -> Result<Vec<Promise>, db::Error> {
    let mut promises = conn
        .sql(sql!("SELECT device_no, zone, actor, total FROM zone_shares WHERE event_id = $1 ORDER BY device_no, zone" => Promise))
        .bind(published.event.id)
        .all()
        .await?;
    let roster = &published.book.roster;
    promises.retain(|promise| {
        let device = roster.device(promise.device_no);
        device.is_some_and(|device| on_duty(device, now))
    });
    Ok(promises)
}

fn on_duty(device: &RosterDevice, now: Timestamp) -> bool {
    device.active.iter().any(|duty| duty.contains(now))
}

async fn put(
    tx: &mut Tx,
    published: &Published,
    (device, zone): (DeviceNo, u8),
    actor: ActorId,
    total: u64,
) -> Result<(), db::Error> {
    tx.sql(sql!("INSERT INTO zone_shares (organizer_id, event_id, device_no, zone, actor, total) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (event_id, device_no, zone) DO UPDATE SET actor = EXCLUDED.actor, total = EXCLUDED.total"))
        .bind(published.event.organizer)
        .bind(published.event.id)
        .bind(device)
        .bind(zone)
        .bind(actor)
        .bind(total)
        .execute()
        .await?;
    Ok(())
}
