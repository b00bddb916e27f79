//! Shares of a zone's capacity: how many people a device may let in by itself.
//!
//! Amounts are totals that only rise: people that an actor ever let in (from its facts), and
//! people that it may ever let in (from the server). What is left of a share is the
//! difference, so no answer and no fact has to arrive exactly once, and the server and the
//! device come to the same from the same facts. The server promises no more than there is
//! room for: a promise holds until the device asks again or leaves the roster, because nobody
//! knows what it let in meanwhile. The device may use it until an instant only.

use serde::{Deserialize, Serialize};

use crate::book::{Book, List};
use crate::entry::Lease;
use crate::fact::{Direction, Fact, Outcome};
use crate::ids::{ActorId, EventNo, ListNo};
use crate::time::Timestamp;

/// How long a share may be used without contact.
pub const SHARE_MS: i64 = 30 * 60 * 1000;

/// What a device asks: JSON body of `POST /device/v1/shares`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The event.
    pub event: EventNo,
    /// As whom the device writes.
    pub actor: ActorId,
}

/// A device's shares, as the event key signs them under the label for leases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shares {
    /// The event.
    pub event: EventNo,
    /// Who may use them.
    pub actor: ActorId,
    /// When they were given; older ones count no more.
    pub given_at: Timestamp,
    /// Last instant at which they may be used.
    pub until: Timestamp,
    /// Every zone with a limit that a list leads into.
    pub zones: Vec<Share>,
}

/// A share of one zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The zone.
    pub zone: u8,
    /// People that the actor may let in, all in all.
    pub total: u64,
    /// How many of them were left when it was given.
    pub given: u64,
}

/// The shares of a device with the server's signature, as they are answered: hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedShares {
    /// [`Shares`] in postcard.
    #[serde(with = "hex::serde")]
    pub bytes: Vec<u8>,
    /// Ed25519 signature, 64 bytes.
    #[serde(with = "hex::serde")]
    pub signature: Vec<u8>,
}

/// People that a fact let in, and on which list.
#[must_use]
pub const fn let_in(fact: &Fact) -> Option<(ListNo, u64)> {
    match fact {
        Fact::Scan(scan)
            if matches!(scan.outcome, Outcome::Admitted)
                && matches!(scan.direction, Direction::Entry) =>
        {
            Some((scan.list, scan.admitted as u64))
        }
        _ => None,
    }
}

/// The lists on which an entry counts as one into `zone`.
pub fn lists_into(book: &Book, zone: u8) -> impl Iterator<Item = &List> {
    book.lists
        .iter()
        .filter(move |list| list.zone == Some(zone) && !list.non_consuming)
}

/// The zones with a limit that a list leads into, and their limits.
pub fn limited(book: &Book) -> impl Iterator<Item = (u8, u32)> {
    book.zones
        .iter()
        .filter_map(|zone| Some((zone.zone, zone.capacity?)))
        .filter(|(zone, _)| lists_into(book, *zone).next().is_some())
}

/// Room that is promised to nobody: `capacity` less those inside and what is `promised`.
#[must_use]
pub const fn free(capacity: u32, inside: u32, promised: u64) -> u64 {
    (capacity as u64)
        .saturating_sub(inside as u64)
        .saturating_sub(promised)
}

/// How many of `free` places one of `devices` is given: half of an equal part, at least one
/// where there is one, so that a busy door can come back for more while idle ones hold little.
#[must_use]
pub const fn portion(free: u64, devices: u64) -> u64 {
    let half = free / (2 * if devices == 0 { 1 } else { devices });
    if half == 0 && free > 0 { 1 } else { half }
}

impl Share {
    /// What is left of it for an actor that has let in `spent` people, usable until `until`.
    #[must_use]
    pub fn lease(&self, spent: u64, until: Timestamp) -> Lease {
        let left = self.total.saturating_sub(spent);
        Lease {
            left: u32::try_from(left).unwrap_or(u32::MAX),
            until,
        }
    }

    /// Whether it is time to ask for another: half of it, or of its time, is spent.
    #[must_use]
    pub fn is_half_spent(&self, spent: u64, until: Timestamp, now: Timestamp) -> bool {
        let left = self.total.saturating_sub(spent);
        left * 2 <= self.given || until.millis_since(now) * 2 <= SHARE_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_promised_than_there_is_room_for() {
        for devices in 1..6 {
            let (mut promised, mut rounds) = (0, 0);
            while portion(free(100, 7, promised), devices) > 0 {
                promised += portion(free(100, 7, promised), devices);
                rounds += 1;
            }
            assert_eq!(promised, 93, "all of it is given in the end");
            assert!(rounds > 1 || devices == 0);
        }
        assert_eq!(portion(free(10, 12, 0), 3), 0);
        assert_eq!(portion(1, 0), 1);
    }

    #[test]
    fn a_share_is_renewed_at_half_of_it_or_of_its_time() {
        let share = Share {
            zone: 0,
            total: 110,
            given: 10,
        };
        let until = Timestamp(SHARE_MS);
        assert_eq!(share.lease(104, until).left, 6);
        assert!(!share.is_half_spent(104, until, Timestamp(0)));
        assert!(share.is_half_spent(105, until, Timestamp(0)));
        assert!(share.is_half_spent(100, until, Timestamp(SHARE_MS / 2)));
        assert_eq!(share.lease(200, until).left, 0);
    }
}
