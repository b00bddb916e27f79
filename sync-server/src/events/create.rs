//! Making and changing events.

use iso_currency::Currency;
use jiff::tz::TimeZone;
use rand::CryptoRng;
use shared_model::ids::{EventId, OrganizerId};
use shared_model::time::Timestamp;

use super::{Error, Event, State, store};
use crate::clock::new_id;
use crate::db::Db;
use crate::keys;
use crate::master_key::MasterKey;
use crate::organizers;
use crate::outbox::{self, About};

/// What an organizer says of an event.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// Where it is; may be empty.
    pub place: String,
    /// IANA time zone.
    pub time_zone: String,
    /// ISO 4217 currency.
    pub currency: String,
    /// Where its sale stands.
    pub state: State,
    /// Begin.
    pub starts_at: Option<Timestamp>,
    /// End.
    pub ends_at: Option<Timestamp>,
    /// When doors open.
    pub admission_at: Option<Timestamp>,
    /// Whether devices hold names to search.
    pub search_on_devices: bool,
}

impl Draft {
    fn check(&self) -> Result<(), Error> {
        let invalid = |field, reason| Err(Error::Invalid { field, reason });
        if TimeZone::get(&self.time_zone).is_err() {
            return invalid("time_zone", "is no IANA time zone");
        }
        if Currency::from_code(&self.currency).is_none() {
            return invalid("currency", "is no ISO 4217 currency");
        }
        if let (Some(start), Some(end)) = (self.starts_at, self.ends_at)
            && end <= start
        {
            return invalid("ends_at", "must be after starts_at");
        }
        if let (Some(doors), Some(end)) = (self.admission_at, self.ends_at)
            && end <= doors
        {
            return invalid("admission_at", "must be before ends_at");
        }
        Ok(())
    }

    fn into_event(self, event: &Event) -> Event {
        Event {
            id: event.id,
            organizer: event.organizer,
            event_no: event.event_no,
            name: self.name,
            place: self.place,
            time_zone: self.time_zone,
            currency: self.currency,
            state: self.state,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            admission_at: self.admission_at,
            search_on_devices: self.search_on_devices,
        }
    }
}

/// Makes an event with its number and keys.
///
/// # Errors
/// [`Error::Invalid`]; also when keys or row cannot be written.
pub async fn create(
    db: &Db,
    master: &MasterKey,
    organizer: OrganizerId,
    draft: Draft,
    now: Timestamp,
    rng: &mut impl CryptoRng,
) -> Result<Event, Error> {
    draft.check()?;
    let id = EventId(new_id(now, rng));
    let mut serial_seed = [0; 32];
    rng.fill_bytes(&mut serial_seed);
    let mut tx = db.begin().await?;
    let event_no = organizers::take_event_no(&mut tx, organizer).await?;
    let event = Event {
        id,
        organizer,
        event_no,
        name: draft.name,
        place: draft.place,
        time_zone: draft.time_zone,
        currency: draft.currency,
        state: draft.state,
        starts_at: draft.starts_at,
        ends_at: draft.ends_at,
        admission_at: draft.admission_at,
        search_on_devices: draft.search_on_devices,
    };
    store::insert(&mut tx, &event, serial_seed, now).await?;
    keys::create_for_event(&mut tx, master, (organizer, id, event_no), now, rng).await?;
    outbox::append(
        &mut tx,
        "event.created",
        about(event.organizer, event.id),
        &(),
        now,
    )
    .await?;
    tx.commit().await?;
    Ok(event)
}

/// Changes an event; its currency only while nothing refers to it.
///
/// # Errors
/// [`Error::Unknown`], [`Error::Invalid`].
pub async fn update(
    db: &Db,
    organizer: OrganizerId,
    id: EventId,
    draft: Draft,
    now: Timestamp,
) -> Result<Event, Error> {
    draft.check()?;
    let mut tx = db.begin().await?;
    let before = super::find(&mut tx, organizer, id).await?;
    if draft.currency != before.currency && store::has_orders(&mut tx, id).await? {
        return Err(Error::Invalid {
            field: "currency",
            reason: "cannot change after the first order",
        });
    }
    let event = draft.into_event(&before);
    store::update(&mut tx, &event).await?;
    super::bump(&mut tx, id).await?;
    outbox::append(
        &mut tx,
        "event.changed",
        about(event.organizer, event.id),
        &(),
        now,
    )
    .await?;
    tx.commit().await?;
    Ok(event)
}

pub(super) fn about(organizer: OrganizerId, event: EventId) -> About {
    About {
        organizer,
        event: Some(event),
        subject: event.0,
    }
}

/// Deletes a draft of which nothing was ever sold or given out. Devices that have it hear
/// that it is gone.
///
/// # Errors
/// [`Error::Unknown`]; [`Error::InUse`].
pub async fn delete(
    db: &Db,
    organizer: OrganizerId,
    id: EventId,
    now: Timestamp,
) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let event = super::find(&mut tx, organizer, id).await?;
    // Locks the counters: what is given out at the same moment waits, and then finds no event.
    super::bump(&mut tx, id).await?;
    let issued = super::counters(&mut tx, id).await?.issued;
    if event.state != State::Draft || issued > 0 || store::has_orders(&mut tx, id).await? {
        return Err(Error::InUse);
    }
    store::delete(&mut tx, id, now).await?;
    let about = about(event.organizer, event.id);
    outbox::append(&mut tx, "event.deleted", about, &(), now).await?;
    Ok(tx.commit().await?)
}
