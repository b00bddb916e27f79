//! Holds the workspace to the tables of `docs/ARCHITECTURE.md`.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

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

#[test]
fn rooms_of_the_server_use_only_the_doors_that_the_map_allows() {
    let allowed = table("| room |");
    let rooms = rooms();
    let listed: BTreeSet<&String> = allowed.keys().collect();
    let present: BTreeSet<&String> = rooms.keys().collect();
    assert_eq!(
        listed, present,
        "the table and sync-server/src list different rooms"
    );
    let mut wrong = Vec::new();
    for (name, sources) in &rooms {
        for used in rooms
            .keys()
            .filter(|used| *used != name && !allowed[name].contains(*used))
        {
            if sources.iter().any(|source| names_room(source, used)) {
                wrong.push(format!("{name} uses {used}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "docs/ARCHITECTURE.md does not allow: {wrong:#?}"
    );
}

/// Name of every room of the server, and its sources without their tests.
/// What only tests turn on would have everything that stands on it built twice.
#[test]
fn tests_turn_on_no_feature_that_programs_do_without() {
    let (programs, tests) = (features("normal,build"), features("normal,build,dev"));
    assert!(!programs.is_empty());
    let differ: Vec<String> = programs
        .iter()
        .filter(|(name, features)| tests.get(*name) != Some(*features))
        .map(|(name, features)| format!("{name}: {features:?} and {:?}", tests.get(name)))
        .collect();
    assert!(
        differ.is_empty(),
        "name these features in tests/Cargo.toml too: {differ:#?}"
    );
}

/// The features of every crate and version that is built for these kinds of dependencies.
fn features(kinds: &str) -> Table {
    let cargo = std::env::var_os("CARGO").unwrap();
    let told = Command::new(cargo)
        .args(["tree", "--offline", "--locked", "--workspace"])
        .args(["--edges", kinds, "--prefix", "none", "--format", "{p}|{f}"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(told.status.success(), "{told:?}");
    let mut features = Table::new();
    for line in String::from_utf8(told.stdout).unwrap().lines() {
        let (package, on) = line.split_once('|').unwrap_or((line, ""));
        let name: Vec<&str> = package.split(' ').take(2).collect();
        let on = on.trim_end_matches(" (*)").split(',');
        let on = on.filter(|feature| !feature.is_empty()).map(str::to_owned);
        features.entry(name.join(" ")).or_default().extend(on);
    }
    features
}

fn rooms() -> BTreeMap<String, Vec<String>> {
    let mut rooms: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let sources = root().join("sync-server/src");
    for file in rust_files(&sources) {
        let inside = file.strip_prefix(&sources).unwrap();
        let room = inside
            .iter()
            .next()
            .unwrap()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs");
        let is_test = inside
            .iter()
            .any(|part| part == "tests" || part == "tests.rs" || part == "testing");
        if is_test || ["lib", "main", "cli"].contains(&room) {
            continue;
        }
        let source = fs::read_to_string(&file).unwrap();
        let source = source
            .split("#[cfg(test)]")
            .next()
            .unwrap_or_default()
            .to_owned();
        rooms.entry(room.to_owned()).or_default().push(source);
    }
    rooms
}

/// Whether `crate::room` or `crate::{…, room…}` stands in the source.
fn names_room(source: &str, room: &str) -> bool {
    let whole = |rest: &str| {
        rest.strip_prefix(room).is_some_and(|after| {
            !after.starts_with(|next: char| next.is_alphanumeric() || next == '_')
        })
    };
    source
        .split("crate::")
        .skip(1)
        .any(|rest| match rest.strip_prefix('{') {
            Some(list) => {
                let list = list.split(';').next().unwrap_or_default();
                list.split([',', '{', '}']).map(str::trim).any(whole)
            }
            None => whole(rest),
        })
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files
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
