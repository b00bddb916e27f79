//! A headless scanner with a folder of its own.

use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

use crate::programs::{self, Running};
use crate::{Outcome, failed};

/// A device: its folder holds keys and store between runs.
pub struct Scanner {
    /// The folder with its data.
    pub home: PathBuf,
    /// What people call it.
    pub name: String,
}

/// How a run ended.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The exit code: 0 admit, 10 refuse, 11 ask, 12 confirm.
    pub code: i32,
    /// Its lines of JSON.
    pub lines: Vec<Value>,
    /// What it said beside them.
    pub words: String,
}

impl Answer {
    /// The first line, or null.
    #[must_use]
    pub fn first(&self) -> &Value {
        self.lines.first().unwrap_or(&Value::Null)
    }

    /// This answer when it ended with `code`.
    ///
    /// # Errors
    /// When it ended otherwise.
    pub fn expect(self, code: i32, what: &str) -> Outcome<Self> {
        if self.code == code {
            return Ok(self);
        }
        Err(format!(
            "{what}: exit code {} instead of {code}: {:?} {}",
            self.code, self.lines, self.words
        ))
    }
}

/// How long something that is bound to happen may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A command that goes on.
pub struct Live {
    lines: mpsc::Receiver<String>,
    heard: Vec<Value>,
    _running: Running,
}

impl Live {
    /// The next line of JSON that is `wanted`, as soon as it is printed.
    ///
    /// # Errors
    /// When the command ends before, or prints nothing of the kind for a minute.
    pub fn wait(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Outcome<Value> {
        loop {
            let line = self
                .lines
                .recv_timeout(PATIENCE)
                .map_err(|why| format!("waiting until {what}: {why}; heard {:?}", self.heard))?;
            let value: Value =
                serde_json::from_str(&line).map_err(failed("reading bilten-scan's JSON"))?;
            if wanted(&value) {
                return Ok(value);
            }
            self.heard.push(value);
        }
    }
}

impl Scanner {
    /// A device with an empty folder.
    #[must_use]
    pub fn new(home: &Path, name: &str) -> Self {
        Self {
            home: home.to_owned(),
            name: name.to_owned(),
        }
    }

    /// Runs a command to its end.
    ///
    /// # Errors
    /// When the program could not be run; how it ended is in the answer.
    pub fn run(&self, arguments: &[&str]) -> Outcome<Answer> {
        self.run_with_input(arguments, "")
    }

    /// Runs a command that reads `input` to its end.
    ///
    /// # Errors
    /// When the program could not be run; how it ended is in the answer.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Outcome<Answer> {
        let mut child = self
            .command()?
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed("running bilten-scan"))?;
        let (stdin, input) = (child.stdin.take(), input.to_owned());
        let writer = std::thread::spawn(move || {
            // A program that reads nothing may have ended already; its status tells.
            stdin.map(|mut stdin| stdin.write_all(input.as_bytes()))
        });
        let output = child
            .wait_with_output()
            .map_err(failed("running bilten-scan"))?;
        let _ = writer.join();
        let lines = String::from_utf8_lossy(&output.stdout)
            .lines()
            .map(|line| serde_json::from_str(line).map_err(failed("reading bilten-scan's JSON")))
            .collect::<Outcome<Vec<Value>>>()?;
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok(Answer {
            code: output.status.code().unwrap_or(-1),
            lines,
            words,
        })
    }

    /// Serves other devices on `address` until dropped.
    ///
    /// # Errors
    /// When it ends before it says that it listens.
    pub fn serve_lan(&self, address: &str) -> Outcome<Running> {
        let mut child = self
            .command()?
            .args(["serve-lan", "--listen", address])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed("starting bilten-scan serve-lan"))?;
        let mut line = String::new();
        if let Some(output) = child.stdout.as_mut() {
            BufReader::new(output)
                .read_line(&mut line)
                .map_err(failed("waiting for serve-lan"))?;
        }
        if line.is_empty() {
            return Err("bilten-scan serve-lan ended before it listened".into());
        }
        Ok(Running(child))
    }

    /// Runs a command that goes on until it is dropped, and hears what it prints.
    ///
    /// # Errors
    /// When the program could not be started.
    pub fn live(&self, arguments: &[&str]) -> Outcome<Live> {
        let mut child = self
            .command()?
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed("starting bilten-scan"))?;
        let output = child.stdout.take().ok_or("bilten-scan has no output")?;
        let (tell, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Live {
            lines,
            heard: Vec::new(),
            _running: Running(child),
        })
    }

    fn command(&self) -> Outcome<Command> {
        let mut command = Command::new(programs::path("bilten-scan")?);
        command
            .arg("--json")
            .arg("--home")
            .arg(&self.home)
            .arg("--key-file")
            .arg(self.home.join("keys"));
        Ok(command)
    }
}
