//! Any text: no panic, and an invitation that is read is written as one that says the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shared_model::enrol::Invitation;

fuzz_target!(|text: &str| {
    if let Ok(invitation) = text.parse::<Invitation>() {
        assert_eq!(invitation.to_string().parse(), Ok(invitation));
    }
});
