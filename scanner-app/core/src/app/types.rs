//! The TypeScript types beside the screens are those of this program.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use ts_rs::{Config, TS as _};

use super::{AppError, Event, Request, request};

/// Set to write the files anew instead of comparing.
const WRITE: &str = "BILTEN_WRITE_TYPES";

#[test]
fn typescript_types_are_those_of_this_program() {
    let fresh = tempfile::tempdir().unwrap();
    let config = Config::new().with_out_dir(fresh.path());
    Request::export_all(&config).unwrap();
    Event::export_all(&config).unwrap();
    AppError::export_all(&config).unwrap();
    request::export_answers(&config).unwrap();
    fs::write(fresh.path().join("Answers.ts"), answers(&config)).unwrap();

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/lib/api/types");
    let new = files(fresh.path());
    if std::env::var_os(WRITE).is_some() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in &new {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let old = files(&folder);
    let stale: Vec<&String> = new
        .keys()
        .chain(old.keys())
        .filter(|name| new.get(*name) != old.get(*name))
        .collect();
    assert!(
        stale.is_empty(),
        "run `{WRITE}=1 cargo test -p scanner-core typescript`: {stale:?}"
    );
}

/// Which request is answered with what.
fn answers(config: &Config) -> String {
    let answers = request::answers(config);
    let mut text = String::new();
    let named: std::collections::BTreeSet<&str> = answers
        .iter()
        .map(|(_, answer)| answer.as_str())
        .filter(|answer| *answer != "null")
        .collect();
    for name in named {
        writeln!(text, "import type {{ {name} }} from \"./{name}\";").unwrap();
    }
    text.push_str("\n/**\n * What each request is answered with, by its `do`.\n */\nexport type Answers = {\n");
    for (request, answer) in &answers {
        writeln!(text, "  {}: {answer};", snake_case(request)).unwrap();
    }
    text.push_str("};\n");
    text
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return BTreeMap::new();
    };
    entries
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}
