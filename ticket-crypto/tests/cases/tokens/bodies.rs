//! Rightly signed bodies that state what none may state.

use super::{changed, raw, refused};
use crate::cases::{Vector, body};

pub fn fields() -> Vec<Vector> {
    let from = body().valid_from.get().to_be_bytes();
    let validity = |until: u32| {
        let mut bytes = body().to_bytes().unwrap();
        bytes[24..27].copy_from_slice(&until.to_be_bytes()[1..]);
        raw(&bytes)
    };
    let from = u32::from_be_bytes(from);
    let device = |key: &str| {
        let mut bytes = body().to_bytes().unwrap();
        bytes[0] = 4;
        raw(&[bytes, hex::decode(key).unwrap()].concat())
    };
    vec![
        refused(
            "token-type-0",
            "no type has number 0",
            &changed(0, 0),
            "unknown_type",
        ),
        refused(
            "token-type-5",
            "a type of a later version",
            &changed(0, 5),
            "unknown_type",
        ),
        refused(
            "token-type-255",
            "a type of a later version",
            &changed(0, 255),
            "unknown_type",
        ),
        refused(
            "token-flag-5",
            "a flag without a meaning",
            &changed(1, 0x20),
            "unknown_flag",
        ),
        refused(
            "token-flag-7",
            "a flag without a meaning beside one that has",
            &changed(1, 0x81),
            "unknown_flag",
        ),
        refused(
            "token-generation-255",
            "the generation that stands for cancelled",
            &changed(12, 255),
            "spent_generation",
        ),
        refused(
            "token-reserved-1",
            "the reserved byte is set",
            &changed(29, 1),
            "reserved",
        ),
        refused(
            "token-validity-empty",
            "ends when it begins",
            &validity(from),
            "empty_validity",
        ),
        refused(
            "token-validity-reversed",
            "ends before it begins",
            &validity(from - 1),
            "empty_validity",
        ),
        refused(
            "token-device-key-weak",
            "a device key of small order",
            &device(&"00".repeat(32)),
            "key_weak",
        ),
        refused(
            "token-device-key-not-canonical",
            "a device key in another spelling",
            &device(&format!("f0{}7f", "ff".repeat(30))),
            "key_not_canonical",
        ),
        refused(
            "token-device-key-not-a-point",
            "a device key that is none",
            &device(&format!("02{}", "00".repeat(31))),
            "key_not_a_point",
        ),
        refused(
            "token-device-key-missing",
            "a device ticket without its key",
            &changed(0, 4),
            "length",
        ),
    ]
}
