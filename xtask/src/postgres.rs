//! A throw-away PostgreSQL: a cluster in a temporary folder on a free port.
//!
//! The server refuses to run as root, so root runs it as the `postgres` user
//! that the Debian package makes.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{self, Outcome};

/// A running cluster; stopped and deleted when dropped.
pub struct Postgres {
    binaries: PathBuf,
    folder: PathBuf,
    port: u16,
}

impl Postgres {
    /// Makes and starts a cluster. `durable` keeps every commit's disk sync, as benches want it.
    pub fn start(durable: bool) -> Outcome<Self> {
        let binaries = binaries().ok_or("PostgreSQL's programs were not found")?;
        let folder = std::env::temp_dir().join(format!("bilten-postgres-{}", std::process::id()));
        shell::output(as_postgres("mkdir").arg("-m").arg("700").arg(&folder))?;
        let port = free_port()?;
        let cluster = Self {
            binaries,
            folder,
            port,
        };
        let data = cluster.folder.join("data");
        shell::output(
            as_postgres(cluster.program("initdb"))
                .args([
                    "--username=bilten",
                    "--auth=trust",
                    "--encoding=UTF8",
                    "--no-sync",
                ])
                .arg("-D")
                .arg(&data),
        )?;
        let sync = if durable { "on" } else { "off" };
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c fsync={sync} \
             -c synchronous_commit={sync} -c max_connections=200",
            cluster.folder.display()
        );
        shell::output(
            as_postgres(cluster.program("pg_ctl"))
                .arg("-D")
                .arg(&data)
                .arg("-l")
                .arg(cluster.folder.join("log"))
                .arg("-o")
                .arg(&options)
                .args(["-w", "start"])
                .stdout(std::process::Stdio::null()),
        )?;
        Ok(cluster)
    }

    /// Where a client may create databases.
    pub fn admin_url(&self) -> String {
        format!("postgres://bilten@127.0.0.1:{}/postgres", self.port)
    }

    fn program(&self, name: &str) -> PathBuf {
        self.binaries.join(name)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let stopped = shell::output(
            as_postgres(self.program("pg_ctl"))
                .arg("-D")
                .arg(self.folder.join("data"))
                .args(["-m", "immediate", "-w", "stop"]),
        );
        if let Err(why) =
            stopped.and_then(|_| shell::output(as_postgres("rm").arg("-rf").arg(&self.folder)))
        {
            eprintln!(
                "PostgreSQL in {} was not cleaned up: {why}",
                self.folder.display()
            );
        }
    }
}

/// The folder of the newest installed version, or of the one on the search path.
fn binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let newest = versions
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .max()
        .map(|version| {
            Path::new("/usr/lib/postgresql")
                .join(version.to_string())
                .join("bin")
        });
    newest.or_else(|| shell::has("initdb").then(PathBuf::new))
}

fn as_postgres(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let root = shell::output(shell::command("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let mut command = if root {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/");
    command
}

/// A port that nothing listens on now.
fn free_port() -> Outcome<u16> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|why| format!("no free port on 127.0.0.1: {why}"))
}
