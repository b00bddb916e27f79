//! How the device stands, for people and machines.

use serde::Serialize;
use shared_model::entry::Clock;
use shared_model::ids::{ActorId, DeviceNo, EventNo, GateNo, Serial};
use shared_model::time::Timestamp;

use super::{Reading, Result, Scanner};

/// How the device stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// What people call it.
    pub name: String,
    /// Its number in the roster.
    pub device: DeviceNo,
    /// The organizer's name.
    pub organizer: String,
    /// Address of the server.
    pub server: String,
    /// The server has ended its enrolment.
    pub revoked: bool,
    /// Milliseconds to add to its clock; absent before a measurement.
    pub clock_offset_ms: Option<i64>,
    /// Its events.
    pub events: Vec<EventStatus>,
}

/// How one event stands on this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventStatus {
    /// The event.
    pub event: EventNo,
    /// Its name.
    pub name: String,
    /// The server does not have it any more.
    pub gone: bool,
    /// The gate where the organizer says that this device stands.
    pub gate: Option<GateNo>,
    /// Number of the book held; 0 for none.
    pub book: u64,
    /// When that book was made.
    pub book_at: Option<Timestamp>,
    /// Whether its clock may be believed for this event.
    pub clock_trusted: bool,
    /// Tickets held.
    pub tickets: u64,
    /// Every change up to this revision is held; 0 before a first download was whole.
    pub revision: u64,
    /// The running download goes on after this serial.
    pub downloading_after: Option<Serial>,
    /// Facts held, of all devices.
    pub facts: u64,
    /// Facts held that the server has not acknowledged.
    pub unsent: u64,
    /// Notes written here that the server has not answered.
    pub unsent_notes: u64,
    /// People let in and inside, by list.
    pub lists: Vec<ListStatus>,
    /// Conflicts about tickets that nobody has settled.
    pub open_conflicts: u64,
    /// Logs held.
    pub actors: Vec<ActorStatus>,
}

/// How one check-in list stands, as far as is known here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListStatus {
    /// The list.
    pub list: shared_model::ids::ListNo,
    /// Its name.
    pub name: String,
    /// Tickets that entered at least once.
    pub tickets: u64,
    /// People let in.
    pub people: u64,
    /// People inside.
    pub inside: u64,
}

/// One log held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActorStatus {
    /// Its name.
    pub actor: ActorId,
    /// The device that writes it, where the roster knows its key.
    pub device: Option<String>,
    /// This device writes it.
    pub own: bool,
    /// Its last fact held.
    pub seq: u64,
    /// Its last fact that the server holds durably.
    pub acknowledged: u64,
    /// Where two histories begin, if they do.
    pub forked_at: Option<u64>,
}

impl Status {
    /// Facts and notes of this device that were not delivered, of all its events.
    #[must_use]
    pub fn unsent(&self) -> u64 {
        let events = self.events.iter();
        events.map(|event| event.unsent + event.unsent_notes).sum()
    }
}

impl Scanner {
    /// How the device stands at `wall`, by its own clock.
    ///
    /// # Errors
    /// The store failed.
    pub fn status(&self, wall: Timestamp) -> Result<Status> {
        self.store.read(|tx| {
            let account = tx.account()?;
            let mut events = Vec::new();
            for state in tx.list_events()? {
                events.push(self.event_status(tx, &state, &account, wall)?);
            }
            Ok(Status {
                name: account.name,
                device: account.device,
                organizer: account.organizer,
                server: account.server,
                revoked: account.revoked,
                clock_offset_ms: account.offset_ms,
                events,
            })
        })
    }

    /// Whether the organizer ended the enrolment and everything is handed in: nothing of the
    /// device is needed any more, and [`Scanner::wipe`] is due.
    ///
    /// # Errors
    /// The store failed.
    pub fn is_over(&self, wall: Timestamp) -> Result<bool> {
        let status = self.status(wall)?;
        Ok(status.revoked && status.unsent() == 0)
    }

    /// Facts of `event` held that the server has not acknowledged.
    pub(crate) fn unsent_in(&self, tx: &crate::store::Read<'_>, event: EventNo) -> Result<u64> {
        let acknowledged = tx.acknowledged(event)?;
        let tips = tx.list_tips(event)?.into_iter();
        Ok(tips
            .map(|(actor, tip)| {
                let held = acknowledged.get(&actor).copied().unwrap_or_default();
                tip.seq.saturating_sub(held)
            })
            .sum())
    }

    fn event_status(
        &self,
        tx: &crate::store::Read<'_>,
        state: &crate::store::EventState,
        account: &crate::store::Account,
        wall: Timestamp,
    ) -> Result<EventStatus> {
        let event = state.event;
        let book = match state.book_number {
            0 => None,
            _ => Some(self.book_in(tx, event)?),
        };
        let acknowledged = tx.acknowledged(event)?;
        let actors: Vec<ActorStatus> = tx
            .list_tips(event)?
            .into_iter()
            .map(|(actor, tip)| ActorStatus {
                actor,
                device: book
                    .as_ref()
                    .and_then(|book| book.roster.device_of(&tip.fact_key))
                    .map(|device| device.name.clone()),
                own: actor == state.actor,
                seq: tip.seq,
                acknowledged: acknowledged.get(&actor).copied().unwrap_or_default(),
                forked_at: tip.forked_at,
            })
            .collect();
        let counts = tx.list_counts(event)?;
        let lists = book.iter().flat_map(|book| &book.lists).map(|list| {
            let count = counts.iter().find(|count| count.list == list.list);
            let count = count.copied().unwrap_or_default();
            ListStatus {
                list: list.list,
                name: list.name.clone(),
                tickets: count.tickets,
                people: count.people,
                inside: count.inside,
            }
        });
        Ok(EventStatus {
            event,
            name: state.name.clone(),
            gone: state.gone,
            gate: book
                .as_ref()
                .and_then(|book| book.roster.device_of(&self.fact_public))
                .and_then(|device| device.gate),
            book: state.book_number,
            book_at: book.as_ref().map(|book| book.issued_at),
            clock_trusted: book.as_ref().is_some_and(|book| {
                Reading::under(account, state.hlc, book, wall).clock == Clock::Trusted
            }),
            tickets: tx.count_tickets(event)?,
            revision: state.manifest.since,
            downloading_after: state.manifest.after,
            facts: tx.count_facts(event)?,
            unsent: self.unsent_in(tx, event)?,
            unsent_notes: tx.notes_status(event)?.pending.into(),
            lists: lists.collect(),
            open_conflicts: tx.count_open_conflicts(event)?,
            actors,
        })
    }
}
