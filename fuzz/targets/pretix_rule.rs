//! Any text as a rule of pretix: no panic, whatever the nesting, and what is taken over is a rule.

#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use shared_model::entry::rule::{Condition, IdMap, import};
use shared_model::ids::{GateNo, TierNo};

static IDS: LazyLock<IdMap> = LazyLock::new(|| IdMap {
    products: BTreeMap::from([("1201".into(), TierNo(1)), ("1202".into(), TierNo(2))]),
    variations: BTreeMap::from([("7".into(), TierNo(3))]),
    gates: BTreeMap::from([("7".into(), GateNo(2))]),
});

fuzz_target!(|text: &str| {
    if let Ok(rule) = import(text, &IDS) {
        assert!(Condition::parse(&rule).is_ok());
    }
});
