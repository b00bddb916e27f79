//! The commands that the pages of `docs/` tell people to type.
//!
//! Taken from fenced `sh` blocks. Each program checks its own with its own command line,
//! so this file is a module of their tests too.

use std::path::{Path, PathBuf};

/// A command on a page.
#[derive(Debug)]
pub struct Told {
    /// The page.
    pub page: PathBuf,
    /// The words of the command, the program first.
    pub words: Vec<String>,
}

/// Every command of `docs` that runs `program`.
///
/// # Panics
/// When the folder cannot be read.
#[must_use]
pub fn told(docs: &Path, program: &str) -> Vec<Told> {
    let mut found = Vec::new();
    for page in pages(docs) {
        let text = std::fs::read_to_string(&page).expect("a page can be read");
        let blocks = text.split("```sh\n").skip(1);
        for block in blocks.filter_map(|rest| rest.split_once("```")) {
            let lines = block.0.replace("\\\n", " ");
            let commands = lines.lines().flat_map(commands_of);
            found.extend(commands.filter_map(|words| {
                let first = words.first()?;
                (first == program).then(|| Told {
                    page: page.clone(),
                    words,
                })
            }));
        }
    }
    found
}

/// All Markdown files below `folder`.
///
/// # Panics
/// When the folder cannot be read.
#[must_use]
pub fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("docs can be listed") {
        let path = entry.expect("docs can be listed").path();
        if path.is_dir() {
            found.extend(pages(&path));
        } else if path.extension().is_some_and(|ending| ending == "md") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The commands of one line: quotes are taken off, redirections and settings before the program
/// are left out.
fn commands_of(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut redirected = false;
    for c in line.chars().chain(['\n']) {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (c, Some(_)) => word.get_or_insert_default().push(c),
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            ('#', None) if word.is_none() => break,
            (' ' | '\t' | '\n' | '|' | '&' | ';' | '(' | ')' | '<' | '>', None) => {
                let ended = word.take();
                let command: &mut Vec<String> = commands.last_mut().expect("there is one");
                if let Some(ended) = ended {
                    let setting = command.is_empty() && ended.contains('=');
                    let stream = matches!(c, '<' | '>') && ended.parse::<u8>().is_ok();
                    if !std::mem::take(&mut redirected) && !setting && !stream {
                        command.push(ended);
                    }
                }
                match c {
                    '<' | '>' => redirected = true,
                    '|' | '&' | ';' | '(' | ')' => commands.push(Vec::new()),
                    _ => {}
                }
            }
            (c, None) => word.get_or_insert_default().push(c),
        }
    }
    commands
}
