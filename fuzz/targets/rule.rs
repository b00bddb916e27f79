//! Any text as a list's rule: no panic, whatever the nesting.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shared_model::entry::rule::Condition;

fuzz_target!(|text: &str| {
    let _ = Condition::parse(text);
});
