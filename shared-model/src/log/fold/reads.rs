//! What the fold reads of a book, so that a new book touches only what it changed.

use std::collections::{BTreeMap, BTreeSet};

use super::Logged;
use crate::book::{Book, EntryMode, Interval, List, Operator, Role, RosterDevice, UtcOffset};
use crate::fact::Fact;
use crate::ids::{DeviceNo, ListNo, OperatorNo, PublicKey, Zones};

/// What the fold of a ticket reads of a book.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Reads {
    offsets: Vec<UtcOffset>,
    leaves: BTreeMap<u8, Zones>,
    lists: BTreeMap<ListNo, ListReads>,
    devices: BTreeMap<PublicKey, (DeviceNo, bool, Vec<Interval>)>,
    operators: BTreeMap<OperatorNo, (Role, Vec<Interval>)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct ListReads {
    entries: EntryMode,
    exit_required: bool,
    non_consuming: bool,
    auto_exit_minute: Option<u16>,
    zone: Option<u8>,
}

/// What of it one book says otherwise than another.
#[derive(Debug)]
pub(super) struct Changed {
    everything: bool,
    lists: BTreeSet<ListNo>,
    devices: BTreeSet<PublicKey>,
    operators: BTreeSet<OperatorNo>,
}

impl Reads {
    pub(super) fn of(book: &Book) -> Self {
        let device = |device: &RosterDevice| {
            let reads = (device.device, device.node, device.active.clone());
            (device.fact_key, reads)
        };
        let operator = |person: &Operator| (person.operator, (person.role, person.active.clone()));
        let list = |list: &List| {
            let reads = ListReads {
                entries: list.entries,
                exit_required: list.exit_required,
                non_consuming: list.non_consuming,
                auto_exit_minute: list.auto_exit_minute,
                zone: list.zone,
            };
            (list.list, reads)
        };
        let zones = book.zones.iter();
        Self {
            offsets: book.offsets.clone(),
            leaves: zones.map(|zone| (zone.zone, zone.leaves)).collect(),
            lists: book.lists.iter().map(list).collect(),
            devices: book.roster.devices.iter().map(device).collect(),
            operators: book.roster.operators.iter().map(operator).collect(),
        }
    }

    /// What `self` says otherwise than `before`; none when they agree.
    pub(super) fn changed(&self, before: &Self) -> Option<Changed> {
        (self != before).then(|| Changed {
            everything: self.offsets != before.offsets || self.leaves != before.leaves,
            lists: differing(&self.lists, &before.lists),
            devices: differing(&self.devices, &before.devices),
            operators: differing(&self.operators, &before.operators),
        })
    }
}

impl Changed {
    /// Whether the fold may make something else of `fact`.
    pub(super) fn concerns(&self, fact: &Logged) -> bool {
        let (list, operator) = match &fact.fact {
            Fact::Scan(scan) => (
                Some(scan.list),
                scan.override_.map(|passed| passed.supervisor),
            ),
            Fact::Annul(annul) => (None, Some(annul.operator)),
            Fact::Resolve(resolve) => (None, Some(resolve.operator)),
            Fact::Open(_) | Fact::Heartbeat(_) | Fact::Sale(_) => (None, None),
        };
        self.everything
            || list.is_some_and(|list| self.lists.contains(&list))
            || operator.is_some_and(|operator| self.operators.contains(&operator))
            || self.devices.contains(&fact.fact_key)
    }
}

fn differing<K: Ord + Copy, V: PartialEq>(
    one: &BTreeMap<K, V>,
    other: &BTreeMap<K, V>,
) -> BTreeSet<K> {
    let keys = one.keys().chain(other.keys()).copied();
    keys.filter(|key| one.get(key) != other.get(key)).collect()
}
