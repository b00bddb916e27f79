//! Moving what was written from the write-ahead log into the file, beside the door.
//!
//! A commit is durable in the log; SQLite would move it on inside some later
//! commit, and that guest would wait for it. Here a thread of its own does,
//! which stops nobody.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

/// Commits between two moves.
const COMMITS: u32 = 64;

/// The thread, which ends with this.
pub(super) struct Checkpoints {
    commits: AtomicU32,
    due: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// Starts the thread with a connection of its own.
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        let (due, waiting) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("checkpoints".into())
            .spawn(move || work(&connection, &waiting))?;
        Ok(Self {
            commits: AtomicU32::new(0),
            due: Some(due),
            thread: Some(thread),
        })
    }

    /// Counts a commit.
    pub(super) fn committed(&self) {
        let commits = self.commits.fetch_add(1, Ordering::Relaxed);
        if commits % COMMITS == COMMITS - 1
            && let Some(due) = &self.due
        {
            // One that is due already is enough.
            let _ = due.try_send(());
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        drop(self.due.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that moves the write-ahead log panicked");
        }
    }
}

fn work(connection: &Connection, waiting: &Receiver<()>) {
    while waiting.recv().is_ok() {
        let moved = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = moved {
            // Nothing is lost: it stays in the log and is moved another time.
            tracing::warn!(%error, "the write-ahead log was not moved");
        }
    }
}
