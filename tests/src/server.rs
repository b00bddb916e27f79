//! A server process with a folder of its own.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::programs::{self, Running};
use crate::{Outcome, failed};

/// Where a server keeps its data; it can be started, stopped and started again.
pub struct Server {
    data: PathBuf,
    database_url: Option<String>,
    /// Kept over restarts, so that devices find the server again.
    port: u16,
    /// Certificate and key, when it speaks TLS.
    tls: Option<[PathBuf; 2]>,
    running: Option<Running>,
}

impl Server {
    /// A server on SQLite in `data`, or on PostgreSQL at `database_url`; not started yet.
    ///
    /// # Errors
    /// When no port is free.
    pub fn new(data: &Path, database_url: Option<String>) -> Outcome<Self> {
        Ok(Self {
            data: data.to_owned(),
            database_url,
            port: programs::free_port()?,
            tls: None,
            running: None,
        })
    }

    /// The same server, showing this certificate from its next start on.
    #[must_use]
    pub fn secured(mut self, certificate: &Path, key: &Path) -> Self {
        self.show(certificate, key);
        self
    }

    /// Shows this certificate from its next start on.
    pub fn show(&mut self, certificate: &Path, key: &Path) {
        self.tls = Some([certificate.to_owned(), key.to_owned()]);
    }

    /// The port that it listens on.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The address that clients use.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// The process while it runs.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.running.as_ref().map(|running| running.0.id())
    }

    /// What of its memory is not paged out, in MB.
    ///
    /// # Errors
    /// When it does not run, or the system tells nothing of its processes.
    pub fn memory_mb(&self) -> Outcome<u64> {
        let id = self.process_id().ok_or("the server does not run")?;
        let reading = "reading the server's memory";
        let status =
            std::fs::read_to_string(format!("/proc/{id}/status")).map_err(failed(reading))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .ok_or("no memory figure")?;
        let kilobytes: u64 = line
            .trim()
            .trim_end_matches(" kB")
            .parse()
            .map_err(failed(reading))?;
        Ok(kilobytes / 1000)
    }

    /// Starts it and returns when it listens.
    ///
    /// # Errors
    /// When it ends before it listens; the reason is in `server.log` of its folder.
    pub fn start(&mut self) -> Outcome {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.data.with_extension("log"))
            .map_err(failed("opening the server's log"))?;
        let mut child = self
            .command()?
            .args(["serve", "--listen", &format!("127.0.0.1:{}", self.port)])
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(failed("starting the server"))?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output)
                .read_line(&mut line)
                .map_err(failed("waiting for the server"))?;
        }
        self.running = Some(Running(child));
        if line.starts_with("listening on") {
            return Ok(());
        }
        let log = std::fs::read_to_string(self.data.with_extension("log")).unwrap_or_default();
        Err(format!("the server ended before it listened: {log}"))
    }

    /// Ends it at once, as a power cut would.
    pub fn stop(&mut self) {
        self.running = None;
    }

    /// Runs one of its commands to the end with `input` and returns what it wrote.
    ///
    /// # Errors
    /// When it fails, with its own words.
    pub fn run(&self, arguments: &[&str], input: &str) -> Outcome<String> {
        let mut child = self
            .command()?
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed("starting a server command"))?;
        if let Some(mut stdin) = child.stdin.take() {
            // A command that reads nothing may have ended already; its status tells.
            let _ = stdin.write_all(input.as_bytes());
        }
        let output = child
            .wait_with_output()
            .map_err(failed("running a server command"))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(format!(
            "bilten {}: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        ))
    }

    fn command(&self) -> Outcome<Command> {
        let mut command = Command::new(programs::path("bilten")?);
        command
            .arg("--data")
            .arg(&self.data)
            .env_remove("DATABASE_URL");
        if let Some(url) = &self.database_url {
            command.env("DATABASE_URL", url);
        }
        if let Some([certificate, key]) = &self.tls {
            command
                .env("BILTEN_TLS_CERTIFICATE", certificate)
                .env("BILTEN_TLS_KEY", key);
        }
        Ok(command)
    }
}
