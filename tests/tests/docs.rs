//! What the pages of `docs/` point to is there.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::{Path, PathBuf};

use journeys::commands::{pages, told};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn all_pages() -> Vec<PathBuf> {
    let mut all = pages(&root().join("docs"));
    all.push(root().join("README.md"));
    all
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut broken = Vec::new();
    let mut followed = 0;
    for page in all_pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split_once(')'))
        {
            let target = link.0.split('#').next().unwrap();
            if target.is_empty() || target.contains("://") || target.contains(' ') {
                continue;
            }
            followed += 1;
            if !page.parent().unwrap().join(target).exists() {
                broken.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(followed > 20, "only {followed} links were seen");
}

#[test]
fn files_that_pages_name_are_there() {
    let folders = [
        "docs/",
        "fuzz/",
        "scanner-app/",
        "shared-model/",
        "sync-server/",
        "tests/",
        "ticket-crypto/",
        "xtask/",
    ];
    // Made by programs, and kept out of the repository.
    let made = ["fuzz/corpus", "fuzz/artifacts"];
    let mut missing = Vec::new();
    let mut seen = 0;
    for page in all_pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        for name in text.split('`').skip(1).step_by(2) {
            let named = folders.iter().any(|folder| name.starts_with(folder))
                && !name.contains([' ', '*', '<', '{', '…', ':', '\n']);
            if !named || made.contains(&name) {
                continue;
            }
            seen += 1;
            // Paths are from the root, or of the crate that the page is about.
            if !root().join(name).exists() {
                missing.push(format!("{}: {name}", page.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(seen > 20, "only {seen} files were seen");
}

#[test]
fn every_runbook_is_listed_and_says_what_a_runbook_says() {
    let folder = root().join("docs/runbooks");
    let list = std::fs::read_to_string(folder.join("README.md")).unwrap();
    for page in pages(&folder) {
        let name = page.file_name().unwrap().to_str().unwrap().to_owned();
        if name == "README.md" {
            continue;
        }
        assert!(list.contains(&format!("]({name})")), "{name} is not listed");
        let text = std::fs::read_to_string(&page).unwrap();
        for part in [
            "**Meaning.**",
            "**Impact.**",
            "**Diagnosis.**",
            "**Mitigation",
        ] {
            assert!(text.contains(part), "{name} has no {part}");
        }
        assert!(text.contains("```sh\n"), "{name} has no commands");
    }
}

#[test]
fn commands_are_found_where_they_stand() {
    let docs = root().join("docs");
    assert!(told(&docs, "bilten").len() > 15);
    assert!(told(&docs, "bilten-scan").len() > 40);
    let folder = tempfile::tempdir().unwrap();
    let page = "```sh\nA=1 bilten -x 'two words' < in > out 2>&1 & # note\n\
                x=$(bilten y | cat) && bilten \\\n  z; echo bilten\n```\nbilten not this\n";
    std::fs::write(folder.path().join("page.md"), page).unwrap();
    let words: Vec<Vec<String>> = told(folder.path(), "bilten")
        .into_iter()
        .map(|told| told.words)
        .collect();
    assert_eq!(
        words,
        [
            vec!["bilten", "-x", "two words"],
            vec!["bilten", "y"],
            vec!["bilten", "z"]
        ]
    );
}
