//! Holds the workspace to the tables of `docs/ARCHITECTURE.md`.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

type Table = BTreeMap<String, BTreeSet<String>>;

#[test]
fn crates_depend_only_on_what_the_map_allows() {
    let allowed = table("| crate |");
    let members = members();
    let listed: BTreeSet<&String> = allowed.keys().collect();
    let present: BTreeSet<&String> = members.keys().collect();
    assert_eq!(
        listed, present,
        "the table and the workspace list different crates"
    );
    let mut wrong = Vec::new();
    for (name, folder) in &members {
        for used in uses(folder, &members) {
            if used != *name && !allowed[name].contains(&used) {
                wrong.push(format!("{name} depends on {used}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "docs/ARCHITECTURE.md does not allow: {wrong:#?}"
    );
}

/// Name and folder of every crate of the workspace.
fn members() -> BTreeMap<String, PathBuf> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let list = manifest
        .split_once("members = [")
        .unwrap()
        .1
        .split_once(']')
        .unwrap()
        .0;
    list.split('"')
        .skip(1)
        .step_by(2)
        .map(|folder| {
            let folder = root().join(folder);
            let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
            let name = manifest
                .split_once("name = \"")
                .unwrap()
                .1
                .split_once('"')
                .unwrap()
                .0;
            (name.to_owned(), folder)
        })
        .collect()
}

/// Crates of the workspace that the crate in `folder` needs to be built; what only its tests use is free.
fn uses(folder: &Path, members: &BTreeMap<String, PathBuf>) -> BTreeSet<String> {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let dependencies = manifest
        .split_once("[dependencies]")
        .map_or("", |(_, rest)| {
            rest.split_once("\n[").map_or(rest, |(section, _)| section)
        });
    dependencies
        .lines()
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .map(|name| {
            if name == "decode" {
                "scanner-decode"
            } else {
                name
            }
        })
        .filter(|name| members.contains_key(*name))
        .map(str::to_owned)
        .collect()
}

/// First column to the names in backticks of the last column, of the table whose header starts with `header`.
fn table(header: &str) -> Table {
    let map = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let rows = map.split_once(header).expect("the table is in the map").1;
    rows.lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').collect();
            let names = |cell: &str| {
                cell.split('`')
                    .skip(1)
                    .step_by(2)
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            };
            let first = names(cells.first().unwrap())
                .pop()
                .expect("the first column names one thing");
            (first, names(cells.last().unwrap()).into_iter().collect())
        })
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}
