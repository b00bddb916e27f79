//! `cargo xtask fuzz`: coverage-guided fuzzing on stable Rust.
//!
//! Builds the targets of `fuzz/` with libFuzzer's instrumentation and runs each
//! from its seeds, as many at once as there are cores. New inputs are kept in `fuzz/corpus`; an input that fails is
//! written to `fuzz/artifacts` and stops the task.
//!
//! Source: docs/decisions/0013-fuzzing.md

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use crate::shell::{self, Outcome};

/// What to fuzz, and for how long.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only this target; all of them without it.
    target: Option<String>,
    /// Seconds for each target.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

impl Arguments {
    /// Every target for as long as a test run has patience.
    pub const fn short() -> Self {
        Self {
            target: None,
            seconds: 2,
        }
    }
}

/// Runs the targets; stops at the first failing input, once those beside it have had their time.
pub fn run(arguments: &Arguments) -> Outcome {
    let folder = shell::root().join("fuzz");
    let target_folder = shell::target().join("fuzz");
    // The flags stand in fuzz/.cargo/config.toml, which cargo reads in that folder only.
    shell::run(
        shell::cargo()
            .args(["build", "--quiet", "--release"])
            .env("CARGO_TARGET_DIR", &target_folder)
            .env_remove("RUSTFLAGS")
            .current_dir(&folder),
    )?;
    let built = built(&target_folder)?;
    let mut targets = targets(&folder)?;
    targets.retain(|target| arguments.target.as_ref().is_none_or(|only| only == target));
    if targets.is_empty() {
        return Err("there is no such target in fuzz/targets".into());
    }
    // One target keeps one core busy.
    let cores = thread::available_parallelism().map_or(1, usize::from);
    for some in targets.chunks(cores) {
        let run = |target: &str| run_target(&folder, &built, target, arguments.seconds);
        for line in side_by_side(some, run) {
            println!("{}", line?);
        }
    }
    Ok(())
}

/// What `run` gives for each of `targets`, all at once.
fn side_by_side(
    targets: &[String],
    run: impl Fn(&str) -> Outcome<String> + Sync,
) -> Vec<Outcome<String>> {
    let run = &run;
    thread::scope(|scope| {
        let running: Vec<_> = targets
            .iter()
            .map(|target| scope.spawn(move || run(target)))
            .collect();
        let ended = running.into_iter().map(|one| one.join());
        ended
            .map(|one| one.unwrap_or_else(|_| Err("a fuzz target could not be run".into())))
            .collect()
    })
}

/// Gives how many inputs it was fed, in words.
fn run_target(folder: &Path, built: &Path, target: &str, seconds: u32) -> Outcome<String> {
    let corpus = folder.join("corpus").join(target);
    let seeds = folder.join("seeds").join(target);
    let artifacts = folder.join("artifacts").join(target);
    for folder in [&corpus, &seeds, &artifacts] {
        fs::create_dir_all(folder).map_err(|why| format!("{}: {why}", folder.display()))?;
    }
    let report = shell::report(
        shell::command(built.join(target))
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-artifact_prefix={}/", artifacts.display()))
            .arg("-print_final_stats=1")
            .args([corpus, seeds]),
    )?;
    let runs = report
        .lines()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))
        .ok_or_else(|| format!("fuzz target {target} ran nothing"))?;
    Ok(format!("{target}: {} inputs", runs.trim()))
}

/// The names of all targets: the files of `fuzz/targets`.
fn targets(folder: &Path) -> Outcome<Vec<String>> {
    let targets = folder.join("targets");
    let entries = fs::read_dir(&targets).map_err(|why| format!("{}: {why}", targets.display()))?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            Some(path.file_stem()?.to_str()?.to_owned())
        })
        .collect();
    names.sort();
    Ok(names)
}

/// The folder of the built targets, below the name of this machine's platform.
fn built(target_folder: &Path) -> Outcome<PathBuf> {
    let version = shell::output(shell::command("rustc").arg("-vV"))?;
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .ok_or("rustc names no host")?;
    Ok(target_folder.join(host).join("release"))
}
