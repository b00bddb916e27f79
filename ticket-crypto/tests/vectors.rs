//! Every vector file gives its outcome, and the files are the ones the code makes.
//!
//! `BILTEN_WRITE_VECTORS=1 cargo test -p ticket-crypto --test vectors` writes them anew.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod cases;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use ticket_crypto::base45;
use ticket_crypto::qr::{Ecc, Symbol};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

fn files() -> BTreeMap<String, Value> {
    fs::read_dir(folder())
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let text = fs::read_to_string(&path).unwrap();
            (name, serde_json::from_str(&text).unwrap())
        })
        .collect()
}

#[test]
fn every_vector_file_gives_its_outcome() {
    let files = files();
    assert!(files.len() > 100);
    for (name, file) in files {
        let check = file["check"].as_str().unwrap();
        let outcome = cases::outcome(check, &file["input"]);
        assert_eq!(outcome, file["expect"], "{name}");
    }
}

#[test]
fn the_vector_files_are_the_ones_made_here() {
    let made: BTreeMap<String, Value> = cases::all()
        .into_iter()
        .map(|vector| (vector.name.clone(), vector.to_json()))
        .collect();
    assert_eq!(made.len(), cases::all().len(), "a name is used twice");
    if std::env::var_os("BILTEN_WRITE_VECTORS").is_some() {
        write(&made);
    }
    let found = files();
    assert!(
        made.keys().eq(found.keys()),
        "files and code name different vectors"
    );
    for (name, vector) in made {
        assert_eq!(found[&name], vector, "{name}");
    }
}

/// The table of docs/formats/token.md.
#[test]
fn each_type_has_its_length_and_its_smallest_symbol() {
    for (name, characters, version) in [
        ("token-static", 145, 6),
        ("token-chain-on-paper", 169, 7),
        ("token-chain", 196, 8),
        ("token-mac", 160, 7),
        ("token-wallet-digits", 165, 7),
        ("token-device", 292, 10),
    ] {
        let text = files()[name]["input"]["text"].as_str().unwrap().to_owned();
        let symbol = Symbol::new(&text, Ecc::M).unwrap();
        assert_eq!(
            (text.len(), symbol.version()),
            (characters, version),
            "{name}"
        );
    }
}

fn write(vectors: &BTreeMap<String, Value>) {
    for name in files().keys().filter(|name| !vectors.contains_key(*name)) {
        fs::remove_file(folder().join(format!("{name}.json"))).unwrap();
    }
    for (name, vector) in vectors {
        let text = serde_json::to_string_pretty(vector).unwrap() + "\n";
        fs::write(folder().join(format!("{name}.json")), text).unwrap();
        for (target, bytes) in seeds(vector) {
            let seeds = folder().join("../../../fuzz/seeds").join(target);
            fs::create_dir_all(&seeds).unwrap();
            fs::write(seeds.join(name), bytes).unwrap();
        }
    }
}

/// What the fuzz targets start from: what is right, as each target takes its input.
fn seeds(vector: &Value) -> Vec<(&'static str, Vec<u8>)> {
    if vector["expect"].get("error").is_some() {
        return Vec::new();
    }
    let input = &vector["input"];
    let text = input["text"].as_str().unwrap_or_default();
    let bytes = hex::decode(input["bytes"].as_str().unwrap_or_default()).unwrap();
    let coded = |prefix: &str| {
        text.strip_prefix(prefix)
            .and_then(|it| base45::decode(it).ok())
    };
    let unsigned = |bytes: &[u8]| bytes[..bytes.len().saturating_sub(64)].to_vec();
    let mut seeds = Vec::new();
    match vector["check"].as_str().unwrap() {
        "base45" => seeds.push(("base45", text.into())),
        "token" => {
            seeds.push(("token_text", text.into()));
            seeds.extend(coded("TK1:").map(|bytes| ("token_bytes", bytes)));
        }
        "live" => {
            let now_ms = input["now_ms"].as_i64().unwrap().to_be_bytes();
            seeds.extend(coded("TK1:").map(|bytes| ("live", [&now_ms, &bytes[..]].concat())));
        }
        "event_certificate" => seeds.push(("certificates", unsigned(&bytes))),
        "box_office_certificate" => {
            let bytes = coded("BOX1:").unwrap_or_default();
            seeds.push(("certificates", unsigned(&bytes)));
        }
        "revocations" => {
            let entries = unsigned(&bytes).get(21..).unwrap_or_default().to_vec();
            seeds.push(("revocations", entries));
        }
        _ => {}
    }
    seeds
}
