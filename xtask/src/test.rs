//! `cargo xtask test`: every check and every test.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::dependencies;
use crate::fuzz;
use crate::package;
use crate::postgres::Postgres;
use crate::screens;
use crate::setup;
use crate::shell::{self, Outcome};

/// Names the administrator's address of a PostgreSQL in which tests make their databases.
pub const POSTGRES_URL: &str = "BILTEN_TEST_POSTGRES";

/// Runs everything; the runner's totals are the last line. What is quick to check ends the run at once;
/// a test that fails does not, so that one run tells of all that fail.
#[expect(
    clippy::disallowed_methods,
    reason = "how long the steps take is told to people and decides nothing"
)]
pub fn run() -> Outcome {
    let mut steps = Steps {
        begun: Instant::now(),
        failed: Vec::new(),
    };
    setup::debian(setup::BUILD)?;
    setup::debian(setup::POSTGRES)?;
    setup::debian(setup::JOURNEYS)?;
    setup::debian(setup::KEY_STORE)?;

    steps.begin("formatting");
    shell::run(shell::cargo().args(["fmt", "--all", "--check"]))?;
    steps.begin("screens");
    screens::check()?;
    steps.begin("lints (warnings are errors)");
    shell::run(shell::cargo().args([
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))?;
    steps.begin("documentation (warnings are errors)");
    shell::run(
        shell::cargo()
            .args(["doc", "--quiet", "--workspace", "--no-deps"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    steps.begin("licences, sources, bans and known flaws of dependencies");
    dependencies::check()?;
    steps.begin("unused dependencies");
    dependencies::check_used()?;

    steps.begin("programs");
    shell::run(shell::cargo().args(["build", "--quiet", "--workspace", "--bins"]))?;
    steps.attempt("screens in a browser", screens::drive);
    steps.attempt("window", screens::window);
    steps.attempt("package", package::check);
    steps.attempt("fuzzing, a few seconds for each decoder", || {
        fuzz::run(&fuzz::Arguments::short())
    });
    steps.begin("tests, on SQLite and on a PostgreSQL of their own");
    let postgres = Postgres::start(false)?;
    let totals = tests(
        shell::cargo()
            .args(["test", "--workspace", "--no-fail-fast"])
            .env(POSTGRES_URL, postgres.admin_url())
            .env("CARGO_TARGET_DIR", shell::target()),
    )?;
    println!(
        "\n{} passed, {} failed, {} skipped",
        totals.passed, totals.failed, totals.skipped
    );
    if totals.failed > 0 || totals.passed == 0 || !totals.ended_well {
        steps.failed.push("tests");
    }
    match steps.failed[..] {
        [] => Ok(()),
        _ => Err(format!("failed: {}", steps.failed.join("; "))),
    }
}

/// The steps of a run, each said with the time that had passed when it began.
struct Steps {
    begun: Instant,
    /// Those that failed and did not end the run.
    failed: Vec<&'static str>,
}

impl Steps {
    fn begin(&self, name: &str) {
        let seconds = self.begun.elapsed().as_secs();
        println!("── {:02}:{:02} {name}", seconds / 60, seconds % 60);
    }

    /// Does a step whose failure the others do not depend on.
    fn attempt(&mut self, name: &'static str, work: impl FnOnce() -> Outcome) {
        self.begin(name);
        if let Err(why) = work() {
            println!("{name}: {why}");
            self.failed.push(name);
        }
    }
}

#[derive(Default)]
struct Totals {
    passed: u64,
    failed: u64,
    skipped: u64,
    ended_well: bool,
}

/// Runs `cargo test`, shows what it prints and adds up its result lines.
fn tests(command: &mut Command) -> Outcome<Totals> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|why| format!("cargo test could not be started: {why}"))?;
    let mut totals = Totals::default();
    for line in child
        .stdout
        .take()
        .map(BufReader::new)
        .into_iter()
        .flat_map(BufRead::lines)
    {
        let line = line.map_err(|why| format!("cargo test could not be read: {why}"))?;
        println!("{line}");
        totals.add(&line);
    }
    let status = child
        .wait()
        .map_err(|why| format!("cargo test could not be awaited: {why}"))?;
    totals.ended_well = status.success();
    Ok(totals)
}

impl Totals {
    /// Adds a line of the form `test result: ok. 12 passed; 0 failed; 1 ignored; …`.
    fn add(&mut self, line: &str) {
        let Some((_, counts)) = line
            .strip_prefix("test result: ")
            .and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for part in counts.split(';') {
            let mut words = part.split_whitespace();
            let number = words
                .next()
                .and_then(|word| word.parse::<u64>().ok())
                .unwrap_or(0);
            match words.next() {
                Some("passed") => self.passed += number,
                Some("failed") => self.failed += number,
                Some("ignored") => self.skipped += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Totals;

    #[test]
    fn result_lines_add_up() {
        let mut totals = Totals::default();
        totals.add("running 3 tests");
        totals.add("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s");
        totals
            .add("test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out");
        assert_eq!((totals.passed, totals.failed, totals.skipped), (14, 3, 1));
    }
}
