//! Reads every picture of a folder and says what was found.
//!
//! `cargo run --release -p scanner-decode --example recall -- <folder> [still|frame|frames|none]`
//! prints one line a picture: name, microseconds of reading alone, and the
//! texts, tab separated. `frame` reads once as video does; `frames` reads the
//! same picture eight times, as a camera on a tripod would; `none` only opens
//! it, to tell the cost of reading from that of opening. Pictures with a
//! `.txt` beside them are scored on standard error.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use scanner_decode::{Budget, LumaImage, Passes, Symbol, decode_frame, decode_still};

#[derive(Default)]
struct Score {
    expected: usize,
    read: usize,
    wrong: usize,
    micros: Vec<u64>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().ok_or("name a folder")?);
    let mode = args.next().unwrap_or_else(|| "still".to_owned());
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end != "txt"))
        .collect();
    paths.sort();
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for path in paths {
        let Ok(picture) = image::open(&path) else {
            continue;
        };
        let grey = picture.into_luma8();
        let (width, height) = (grey.width() as usize, grey.height() as usize);
        let image = LumaImage::new(width, height, grey.into_raw())?;
        let before = now();
        let symbols = read(&image, &mode);
        let micros = before.elapsed().as_micros() as u64;
        report(&path, micros, &symbols, &mut scores);
    }
    summary(&scores);
    Ok(())
}

fn read(image: &LumaImage, mode: &str) -> Vec<Symbol> {
    let frame = image.frame();
    let mut passes = Passes::new();
    match mode {
        "still" => decode_still(&frame, &mut Budget::still()),
        "none" => Vec::new(),
        "frame" => decode_frame(&frame, &mut passes, "", &mut Budget::video()),
        _ => (0..8)
            .map(|_| decode_frame(&frame, &mut passes, "", &mut Budget::video()))
            .find(|symbols| !symbols.is_empty())
            .unwrap_or_default(),
    }
}

fn report(path: &Path, micros: u64, symbols: &[Symbol], scores: &mut BTreeMap<String, Score>) {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let texts: Vec<&str> = symbols.iter().map(|symbol| symbol.text.as_str()).collect();
    #[expect(clippy::print_stdout, reason = "the answer of this command")]
    {
        println!("{name}\t{micros}\t{}", texts.join("\t"));
    }
    let Ok(expected) = std::fs::read_to_string(path.with_extension("txt")) else {
        return;
    };
    let kind = name.split('-').next().unwrap_or_default().to_owned();
    let score = scores.entry(kind).or_default();
    let expected: Vec<&str> = expected.lines().collect();
    score.expected += expected.len();
    score.read += expected.iter().filter(|text| texts.contains(text)).count();
    score.wrong += texts.iter().filter(|text| !expected.contains(text)).count();
    score.micros.push(micros);
}

#[expect(clippy::print_stderr, reason = "the summary of this command")]
fn summary(scores: &BTreeMap<String, Score>) {
    let (mut expected, mut read) = (0, 0);
    for (kind, score) in scores {
        let mut micros = score.micros.clone();
        micros.sort_unstable();
        let median = micros.get(micros.len() / 2).copied().unwrap_or_default();
        eprintln!(
            "{kind:12} {:4} of {:4} read, {} wrong, median {median} us",
            score.read, score.expected, score.wrong
        );
        expected += score.expected;
        read += score.read;
    }
    eprintln!("all: {read} of {expected} read");
}

/// The clock the readings are timed with.
#[expect(
    clippy::disallowed_methods,
    reason = "a measuring command times itself"
)]
fn now() -> Instant {
    Instant::now()
}
