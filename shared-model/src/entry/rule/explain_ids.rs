//! Why an id or word is not the one that a rule wants.

use super::explain::{Miss, Price, variable};
use super::{Facts, Listed, Number, Word};
use crate::entry::words::Key;
use crate::ids::{GateNo, TierNo};
use crate::verdict::{Arg, Explanation};

/// An id that should be, or not be, one of a list.
pub(super) fn words(facts: &Facts<'_>, word: &Word, list: &[Listed], wanted: bool) -> Miss {
    let (price, [one_of, none_of], names): (_, _, fn(&Facts<'_>, &Listed) -> String) = match word {
        Word::Gate => (
            Price::OTHER_GATE,
            [Key::RuleGate, Key::RuleGateNot],
            gate_name,
        ),
        Word::Product => (
            Price::PRODUCT_OR_DATE,
            [Key::RuleProduct, Key::RuleProductNot],
            tier_name,
        ),
        Word::Variation => (
            Price::PRODUCT_OR_DATE,
            [Key::RuleVariation, Key::RuleVariationNot],
            tier_name,
        ),
        Word::EntryStatus => return status(facts, list, wanted),
        Word::Number(number) => return listed_number(facts, number, list, wanted),
        Word::Literal(_) => return Miss::never(),
    };
    let key = if wanted { one_of } else { none_of };
    let names = list.iter().map(|listed| names(facts, listed)).collect();
    Miss::leaf(
        Price::of(price),
        Explanation::new(key.code()).with("names", Arg::Names(names)),
    )
}

/// A guest who should be inside and is not, or the other way round.
fn status(facts: &Facts<'_>, list: &[Listed], wanted: bool) -> Miss {
    let other = if facts.present { "absent" } else { "present" };
    if list.iter().any(|listed| listed.id == other) != wanted {
        return Miss::never();
    }
    Miss::leaf(
        Price::of(Price::ENTRY_COUNT),
        Explanation::new(Key::RuleStatus.code()).with("status", Arg::Text(other.to_owned())),
    )
}

fn listed_number(facts: &Facts<'_>, number: &Number, list: &[Listed], wanted: bool) -> Miss {
    let key = if wanted {
        Key::RuleNumber
    } else {
        Key::RuleNumberNot
    };
    let have = facts.number(number).unwrap_or(0);
    let wants = list.iter().map(|listed| listed.id.clone()).collect();
    Miss::leaf(
        Price::of(Price::ENTRY_COUNT),
        Explanation::new(key.code())
            .with("variable", Arg::Text(variable(number).to_owned()))
            .with("have", Arg::Number(have))
            .with("names", Arg::Names(wants)),
    )
}

pub(super) fn every_gate(facts: &Facts<'_>) -> Vec<Listed> {
    let gates = facts.book.gates.iter();
    gates
        .map(|gate| Listed {
            id: gate.gate.to_string(),
            name: gate.name.clone(),
            kind: None,
        })
        .collect()
}

fn gate_name(facts: &Facts<'_>, listed: &Listed) -> String {
    let known = listed.id.parse().ok().map(GateNo);
    let gate = known.and_then(|number| facts.book.gate(number));
    gate.map_or_else(|| given_name(listed), |gate| gate.name.clone())
}

fn tier_name(facts: &Facts<'_>, listed: &Listed) -> String {
    let known = listed.id.parse().ok().map(TierNo);
    let tier = known.and_then(|number| facts.book.tier(number));
    tier.map_or_else(|| given_name(listed), |tier| tier.name.clone())
}

fn given_name(listed: &Listed) -> String {
    if listed.name.is_empty() {
        listed.id.clone()
    } else {
        listed.name.clone()
    }
}
