//! What a ticket allows on a list, as far as the fold judges it.

use crate::book::{EntryMode, List};
use crate::ids::Generation;
use crate::ticket::{Stop, TicketFlags, TicketRecord};
use crate::time::Timestamp;

/// What one ticket allows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allowance {
    /// How many people it admits; 0 and 1 both mean one.
    pub group: u8,
    /// Entries on each list; 0 leaves it to the list.
    pub entries: u8,
    /// An entry after an exit uses none of them.
    pub re_entry: bool,
    /// When codes of it were stopped, in any order.
    pub stops: Vec<Stop>,
}

impl From<&TicketRecord> for Allowance {
    fn from(record: &TicketRecord) -> Self {
        Self {
            group: record.group,
            entries: record.entries,
            re_entry: record.flags.has(TicketFlags::RE_ENTRY),
            stops: record.stops.clone(),
        }
    }
}

impl Allowance {
    pub(super) fn people(&self) -> u32 {
        u32::from(self.group.max(1))
    }

    pub(super) fn is_stopped(&self, generation: Generation, at: Timestamp) -> bool {
        self.stops
            .iter()
            .any(|stop| stop.at <= at && generation < stop.below)
    }
}

/// What was used on a list before an entry.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Used {
    /// People let in, each time anew.
    pub admitted: u32,
    /// The same, within the local day of the entry that is judged.
    pub admitted_today: u32,
    /// People let in first or without an exit before: those that entries are spent on.
    pub spent: u32,
    /// People inside.
    pub inside: u32,
    /// People who went out and did not come back.
    pub outside: u32,
}

/// Whether `people` more could not have entered.
pub(super) fn exceeds(list: &List, allowance: &Allowance, used: Used, people: u32) -> bool {
    if list.non_consuming {
        return false;
    }
    let group = allowance.people();
    let over =
        |used: u32, entries: u32| used.saturating_add(people) > entries.saturating_mul(group);
    let spent = if allowance.re_entry {
        used.spent
    } else {
        used.admitted
    };
    let by_ticket = allowance.entries > 0 && {
        let spends = people.saturating_sub(returning(allowance, used));
        let allowed = u32::from(allowance.entries).saturating_mul(group);
        spends > allowed.saturating_sub(spent)
    };
    let by_list = match list.entries {
        EntryMode::Single => over(used.admitted, 1),
        EntryMode::Multiple => false,
        EntryMode::AfterExit => over(used.inside, 1),
        EntryMode::PerDay(entries) => over(used.admitted_today, u32::from(entries)),
        EntryMode::Total(entries) => over(used.admitted, u32::from(entries)),
    };
    by_ticket || by_list || (list.exit_required && over(used.inside, 1))
}

/// People who went out before and whose coming back spends no entry.
fn returning(allowance: &Allowance, used: Used) -> u32 {
    if allowance.re_entry { used.outside } else { 0 }
}
