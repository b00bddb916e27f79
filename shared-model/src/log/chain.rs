//! The chain of one actor's facts: hashes of automerge changes that each node
//! builds for itself.
//!
//! Change `seq` puts one value, the fact's bytes, under its seq in 16
//! hexadecimal digits into the root map; start op is seq, time 0, no message,
//! and it depends on change `seq - 1` alone. Its hash is the link. Nothing is
//! ever parsed, so nothing hostile can reach the parser; golden hashes
//! (`tests/golden/chain.txt`) hold every later automerge to the same bytes.

use std::num::NonZeroU64;

use automerge::legacy::{Key, ObjectId, Op, OpType, SortedVec};
use automerge::{Change, ChangeHash, ExpandedChange, ScalarValue};

use crate::ids::{ActorId, Hash};

/// The link of fact `bytes`, number `seq` of `actor`, after link `previous`.
///
/// `previous` is absent for the first. `seq` begins at 1; 0 counts as 1.
#[must_use]
pub fn link(actor: ActorId, seq: u64, previous: Option<Hash>, bytes: &[u8]) -> Hash {
    Hash(change(actor, seq, previous, bytes).hash().0)
}

/// The links of `records`, the first of which is number `from`, after link `previous`.
#[must_use]
pub fn links<'a>(
    actor: ActorId,
    from: u64,
    previous: Option<Hash>,
    records: impl IntoIterator<Item = &'a [u8]>,
) -> Vec<Hash> {
    let mut tip = previous;
    (from..)
        .zip(records)
        .map(|(seq, bytes)| {
            let hash = link(actor, seq, tip, bytes);
            tip = Some(hash);
            hash
        })
        .collect()
}

fn change(actor: ActorId, seq: u64, previous: Option<Hash>, bytes: &[u8]) -> Change {
    ExpandedChange {
        operations: vec![Op {
            action: OpType::Put(ScalarValue::Bytes(bytes.to_vec())),
            obj: ObjectId::Root,
            key: Key::Map(format!("{seq:016x}").into()),
            pred: SortedVec::new(),
            insert: false,
        }],
        actor_id: automerge::ActorId::from(actor.0),
        hash: None,
        seq,
        start_op: NonZeroU64::new(seq).unwrap_or(NonZeroU64::MIN),
        time: 0,
        message: None,
        deps: previous
            .map(|hash| ChangeHash(hash.0))
            .into_iter()
            .collect(),
        extra_bytes: Vec::new(),
        author: None,
    }
    .into()
}

#[cfg(test)]
mod tests {
    use automerge::transaction::{CommitOptions, Transactable};
    use automerge::{AutoCommit, ROOT, ReadDoc};

    use super::*;

    const ACTOR: ActorId = ActorId([7; 16]);

    fn records() -> Vec<Vec<u8>> {
        (0..300_usize)
            .map(|n| (0..n % 257).map(|byte| (byte * 7 + n) as u8).collect())
            .collect()
    }

    #[test]
    fn links_are_the_hashes_that_an_automerge_document_gives() {
        let mut document = AutoCommit::new().with_actor(automerge::ActorId::from(ACTOR.0));
        let records = records();
        let links = links(ACTOR, 1, None, records.iter().map(Vec::as_slice));
        for ((seq, bytes), link) in (1_u64..).zip(&records).zip(links) {
            document
                .put(
                    ROOT,
                    format!("{seq:016x}"),
                    ScalarValue::Bytes(bytes.clone()),
                )
                .unwrap();
            let hash = document.commit_with(CommitOptions::default().with_time(0));
            assert_eq!(hash.map(|hash| hash.0), Some(link.0), "change {seq}");
        }
    }

    #[test]
    fn the_changes_load_as_an_automerge_document() {
        let mut document = AutoCommit::new();
        let mut tip = None;
        for (seq, bytes) in (1..).zip(records()) {
            let change = change(ACTOR, seq, tip, &bytes);
            tip = Some(Hash(change.hash().0));
            document.apply_changes([change]).unwrap();
        }
        assert_eq!(document.length(ROOT), 300);
        let (value, _) = document.get(ROOT, "0000000000000002").unwrap().unwrap();
        assert_eq!(value.as_bytes(), Some(&records()[1][..]));
    }

    #[test]
    fn golden_links_hold() {
        let golden = include_str!("../../tests/golden/chain.txt");
        let mut tip = None;
        let mut lines = 0;
        for line in golden.lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let [seq, record, expected] = fields[..] else {
                panic!("seq, record and link: {line}");
            };
            let bytes = hex::decode(record.trim_start_matches('=')).unwrap();
            let hash = link(ACTOR, seq.parse().unwrap(), tip, &bytes);
            assert_eq!(hash.to_string(), expected, "link {seq}");
            tip = Some(hash);
            lines += 1;
        }
        assert!(lines >= 20);
    }

    #[test]
    #[ignore = "writes the golden file; run when the format is meant to change"]
    fn write_golden_links() {
        let mut text = String::from(
            "# seq, record (=hex), link; actor 07 sixteen times. See docs/formats/facts.md.\n",
        );
        let records: Vec<Vec<u8>> = records().into_iter().take(40).collect();
        for ((seq, bytes), link) in
            (1..)
                .zip(&records)
                .zip(links(ACTOR, 1, None, records.iter().map(Vec::as_slice)))
        {
            let seq: u64 = seq;
            text += &format!("{seq} ={} {link}\n", hex::encode(bytes));
        }
        std::fs::write(
            concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/chain.txt"),
            text,
        )
        .unwrap();
    }
}
