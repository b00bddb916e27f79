//! Moving what was written from the write-ahead log into the file, beside the door.
//!
//! A commit is durable in the log; SQLite would move it on inside some later
//! commit, and that guest would wait for it. Here a thread of its own does, while
//! nobody is at the door: even beside it the two would share one disk.
//!
//! Source: docs/decisions/0076-what-waits-for-the-disk.md

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

/// So much in the log is worth moving once the door is quiet.
const WORTHWHILE: u32 = 64;
/// So much in the log is moved although it is not: the log must not grow for ever.
const TOO_MUCH: u32 = 1024;
/// The door is quiet when nothing was written for so long.
const QUIET: Duration = Duration::from_millis(100);

/// What was written to the log, by how much it lengthens it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Written {
    /// What somebody at the door waited for.
    Turn,
    /// A batch of many rows.
    Batch,
}

impl Written {
    const fn weight(self) -> u32 {
        match self {
            Self::Turn => 1,
            Self::Batch => 16,
        }
    }
}

/// The thread, which ends with this.
pub(super) struct Checkpoints {
    written: Option<Sender<Written>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// Starts the thread with a connection of its own.
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        let (written, log) = channel();
        let thread = std::thread::Builder::new()
            .name("checkpoints".into())
            .spawn(move || work(&connection, &log))?;
        Ok(Self {
            written: Some(written),
            thread: Some(thread),
        })
    }

    /// Counts a commit.
    pub(super) fn committed(&self, written: Written) {
        if let Some(log) = &self.written {
            // Without the thread the log grows and loses nothing; the next start moves it.
            let _ = log.send(written);
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        drop(self.written.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that moves the write-ahead log panicked");
        }
    }
}

fn work(connection: &Connection, log: &Receiver<Written>) {
    while fill(log) {
        let moved = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = moved {
            // Nothing is lost: it stays in the log and is moved another time.
            tracing::warn!(%error, "the write-ahead log was not moved");
        }
    }
}

/// Waits until the log should be moved; `false` once nobody will write any more.
fn fill(log: &Receiver<Written>) -> bool {
    let mut weight = 0;
    while weight < TOO_MUCH {
        let next = if weight < WORTHWHILE {
            log.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else {
            log.recv_timeout(QUIET)
        };
        match next {
            Ok(written) => weight += written.weight(),
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was written, and who may still write.
    fn written(what: Written, times: u32) -> (Receiver<Written>, Sender<Written>) {
        let (written, log) = channel();
        for _ in 0..times {
            written.send(what).unwrap();
        }
        (log, written)
    }

    #[test]
    fn what_is_worthwhile_is_moved_once_the_door_is_quiet() {
        let (log, _open) = written(Written::Turn, WORTHWHILE + 10);
        assert!(fill(&log));
        assert!(log.try_recv().is_err(), "moved although somebody wrote");
    }

    #[test]
    fn a_log_that_is_too_long_is_moved_beside_the_door() {
        for (what, times) in [(Written::Turn, TOO_MUCH), (Written::Batch, TOO_MUCH / 16)] {
            let (log, _open) = written(what, times + 10);
            assert!(fill(&log));
            assert_eq!(log.try_iter().count(), 10, "{what:?}");
        }
    }

    #[test]
    fn the_thread_ends_with_the_store() {
        let (written, log) = channel();
        written.send(Written::Turn).unwrap();
        drop(written);
        assert!(!fill(&log));
    }
}
