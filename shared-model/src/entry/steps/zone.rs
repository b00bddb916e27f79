//! Step 9: room in the zone.

use super::{Context, Due, Finding, say};
use crate::book::Zone;
use crate::entry::{Key, Lease};
use crate::verdict::{Arg, Cause, ConfirmationDue, Explanation, Note, Reason, Remark};

/// Whether `people` more fit; a note where nothing is known about that.
pub(in crate::entry) fn capacity(
    context: &Context<'_>,
    people: u8,
) -> (Option<Finding>, Option<Remark>) {
    let zone = context.list.zone.and_then(|zone| context.book.zone(zone));
    let Some((zone, capacity)) = zone.and_then(|zone| Some((zone, zone.capacity?))) else {
        return (None, None);
    };
    if context.list.non_consuming {
        return (None, None);
    }
    let known = context.known;
    let inside = known.occupancy.filter(|inside| {
        let after = inside.saturating_add(people.into());
        after > capacity
    });
    if let Some(inside) = inside {
        let explanation = named(Key::ZoneFull, zone)
            .with("capacity", Arg::Number(capacity.into()))
            .with("inside", Arg::Number(inside.into()));
        let full = Finding::refuse(9, Reason::Capacity, explanation);
        return (Some(full), None);
    }
    match known.lease {
        Some(lease) => (share(context, zone, lease, people), None),
        None if known.occupancy.is_some() => (None, None),
        None => (
            None,
            Some(Remark {
                note: Note::CapacityUnknown,
                explanation: named(Key::NoteCapacityUnknown, zone),
            }),
        ),
    }
}

/// This device's share: past its end a person decides, within it the rest counts.
fn share(context: &Context<'_>, zone: &Zone, lease: Lease, people: u8) -> Option<Finding> {
    if context.now() > lease.until {
        let explanation = named(Key::LeaseOver, zone).with("at", Arg::Time(lease.until));
        return Some(Finding {
            step: 9,
            timed: true,
            due: Due::Confirm(ConfirmationDue {
                cause: Cause::LeaseOver,
                explanation,
            }),
        });
    }
    (lease.left < u32::from(people)).then(|| {
        let explanation = named(Key::LeaseSpent, zone).with("left", Arg::Number(lease.left.into()));
        Finding::refuse(9, Reason::Capacity, explanation)
    })
}

fn named(key: Key, zone: &Zone) -> Explanation {
    say(key).with("zone", Arg::Text(zone.name.clone()))
}
