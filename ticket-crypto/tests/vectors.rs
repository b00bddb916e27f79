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

fn write(vectors: &BTreeMap<String, Value>) {
    for name in files().keys().filter(|name| !vectors.contains_key(*name)) {
        fs::remove_file(folder().join(format!("{name}.json"))).unwrap();
    }
    for (name, vector) in vectors {
        let text = serde_json::to_string_pretty(vector).unwrap() + "\n";
        fs::write(folder().join(format!("{name}.json")), text).unwrap();
    }
}
