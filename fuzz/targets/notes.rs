//! Any change, signed by a device of the roster: refused or applied, never a panic, and the
//! document goes on.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shared_model::book::{Interval, Operator, Role, Roster, RosterDevice};
use shared_model::ids::{DeviceNo, Epoch, EventNo, GateNo, Hash, OperatorNo, PublicKey};
use shared_model::notes::{
    Author, Change, Document, Edit, Letter, Shift, Text, Writer, commit, open,
};
use shared_model::time::Timestamp;
use ticket_crypto::label::Label;
use ticket_crypto::{SigningKey, signature};

const EVENT: EventNo = EventNo(1);
const NOW: Timestamp = Timestamp(1_000);
const AUTHOR: Author = Author {
    operator: OperatorNo(2),
    supervises: true,
    at: NOW,
};

fuzz_target!(|bytes: &[u8]| {
    let key = SigningKey::from_seed(&[1; 32]);
    let roster = roster(&key);
    // As it came: only the check of the form can be reached.
    let _ = open(EVENT, &roster, &letter(&key, bytes.to_vec(), Hash([0; 32]), None), NOW);

    let mut document = Document::default();
    let last = held(&key, &mut document);
    // What a device of the roster could sign: the input says which change, and its place is made to fit.
    let Ok((mut change, rest)) = postcard_change(bytes) else {
        return;
    };
    change.event = EVENT;
    change.fact_key = PublicKey(key.verifying_key().to_bytes());
    change.operator = OperatorNo(2);
    if rest.first().is_some_and(|byte| byte & 1 == 0) {
        change.epoch = Epoch([1; 16]);
        change.seq = 3;
        change.deps = vec![last.hash];
    }
    let text = Text {
        salt: [0; 16],
        words: String::from_utf8_lossy(rest).into_owned(),
    };
    if let Edit::Note { commitment, len } = &mut change.edit {
        (*commitment, *len) = (commit(&text), text.words.len() as u16);
    }
    let text = matches!(change.edit, Edit::Note { .. }).then_some(text);
    let Ok(signed) = to_bytes(&change) else {
        return;
    };
    let edit = change.edit;
    let made_up = letter(&key, signed, Hash([7; 32]), text.clone());
    let opened = open(EVENT, &roster, &made_up, NOW);
    if let Ok(opened) = opened {
        // The hash is made up, so the last check refuses what all others let through.
        assert!(document.apply(&opened).is_err());
    }
    // The same edit with its true hash reaches Automerge.
    if let Ok(true_one) = writer(&key).write(&mut document, AUTHOR, edit, text) {
        let opened = open(EVENT, &roster, &true_one, NOW).expect("a letter written here is taken");
        assert!(document.apply(&opened).is_ok());
    }
    held(&key, &mut document);
    assert!(document.notes().is_ok() && document.plan().is_ok());
});

/// Two changes by the device, and the second of them.
fn held(key: &SigningKey, document: &mut Document) -> Letter {
    let shift = Shift {
        gate: GateNo(1),
        person: OperatorNo(1),
        from: Timestamp(0),
        until: Timestamp(1),
    };
    let mut plan = || writer(key).write(document, AUTHOR, Edit::Plan(shift), None);
    let _ = plan();
    plan().expect("a shift can be planned")
}

fn writer(key: &SigningKey) -> Writer<'_> {
    Writer {
        event: EVENT,
        key,
        epoch: Epoch([1; 16]),
    }
}

fn letter(key: &SigningKey, bytes: Vec<u8>, hash: Hash, text: Option<Text>) -> Letter {
    let message = [hash.0.as_slice(), &bytes].concat();
    Letter {
        signature: signature::sign(key, &Label::NOTE, &message).to_vec(),
        bytes,
        hash,
        text,
    }
}

fn postcard_change(bytes: &[u8]) -> Result<(Change, &[u8]), postcard::Error> {
    postcard::take_from_bytes(bytes)
}

fn to_bytes(change: &Change) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_allocvec(change)
}

fn roster(key: &SigningKey) -> Roster {
    let public = PublicKey(key.verifying_key().to_bytes());
    Roster {
        devices: vec![RosterDevice {
            device: DeviceNo(1),
            name: String::new(),
            fact_key: public,
            transport_key: public,
            active: vec![Interval {
                from: Timestamp(0),
                until: None,
            }],
            node: false,
            sells_under: None,
            gate: None,
        }],
        operators: vec![Operator {
            operator: OperatorNo(2),
            name: String::new(),
            role: Role::Supervisor,
            active: Vec::new(),
            pin: None,
        }],
    }
}
