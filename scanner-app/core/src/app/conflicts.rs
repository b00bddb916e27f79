//! What could not all have happened, and who settles it.

use serde::Serialize;
use shared_model::fact::{Fact, FactId};
use shared_model::ids::EventNo;
use shared_model::log::fold::{Conflict, FactKey};

use super::contract::{ConflictSide, ConflictView, Conflicts, ListConflicts, Resolve};
use super::guests::Teller;
use super::show::Words;
use super::{App, Changed, Result};
use crate::store::Read;

impl App {
    pub(super) fn conflicts(&self, it: ListConflicts) -> Result<Conflicts> {
        let (scanner, event, book) = self.at_event()?;
        let known = scanner.conflicts(event)?;
        let open = known.iter().filter(|conflict| conflict.resolved.is_none());
        let open = u32::try_from(open.count()).unwrap_or(u32::MAX);
        let sentences = self.sentences();
        let words = Words::new(&sentences, &book, self.corrected(&scanner)?);
        let conflicts = scanner.store().read(|tx| {
            let teller = Teller::new(tx, &scanner, &book, event)?;
            known
                .iter()
                .filter(|conflict| it.all || conflict.resolved.is_none())
                .map(|conflict| view(tx, &teller, &words, event, conflict))
                .collect::<Result<_>>()
        })?;
        Ok(Conflicts { conflicts, open })
    }

    pub(super) fn resolve(&self, it: Resolve) -> Result<Conflicts> {
        self.for_real()?;
        let (scanner, event, _) = self.at_event()?;
        self.check_pin(&scanner, it.supervisor, &it.pin, true)?;
        let conflict: FactKey = it.conflict.into();
        scanner.resolve(event, conflict, it.outcome, it.supervisor, self.wall())?;
        self.changed(Changed::Log);
        self.wake.notify_one();
        self.conflicts(ListConflicts { all: false })
    }
}

fn view(
    tx: &Read<'_>,
    teller: &Teller<'_>,
    words: &Words<'_>,
    event: EventNo,
    conflict: &Conflict,
) -> Result<ConflictView> {
    let ticket = match conflict.serial {
        Some(serial) => tx.find_ticket(event, serial)?,
        None => None,
    };
    let sides = [Some(conflict.id), conflict.against];
    Ok(ConflictView {
        conflict: conflict.id.into(),
        kind: code(&conflict.kind),
        serial: conflict.serial,
        ticket: ticket.map(|ticket| words.ticket(&ticket)),
        list: conflict
            .list
            .map_or_else(String::new, |list| teller.list(list)),
        sides: sides
            .into_iter()
            .flatten()
            .map(|key| side(tx, teller, event, key))
            .collect::<Result<_>>()?,
        resolved: conflict.resolved.map(|resolved| resolved.outcome),
        resolved_by: conflict
            .resolved
            .map_or_else(String::new, |resolved| teller.operator(resolved.operator)),
    })
}

fn side(tx: &Read<'_>, teller: &Teller<'_>, event: EventNo, key: FactKey) -> Result<ConflictSide> {
    let FactKey { actor, seq } = key;
    let row = tx.find_fact(FactId { event, actor, seq })?;
    let fact = row.and_then(|row| row.fact);
    let (gate, operator) = match &fact {
        Some(Fact::Scan(scan)) => (teller.gate(scan.gate), teller.operator(scan.operator)),
        _ => Default::default(),
    };
    Ok(ConflictSide {
        fact: key.into(),
        device: teller.device(actor),
        own: teller.is_own(actor),
        gate,
        operator,
        at: fact.map(|fact| fact.stamp().corrected()),
    })
}

/// The stable code of a unit variant.
fn code(variant: &impl Serialize) -> String {
    let value = serde_json::to_value(variant).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}
