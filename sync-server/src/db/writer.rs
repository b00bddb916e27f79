//! SQLite's one writer, and how waiting transactions share a commit.
//!
//! A commit costs a disk sync, so each transaction is a savepoint inside an
//! open `BEGIN IMMEDIATE`. Who finishes first while others wait queues again
//! behind them and commits for all; with nobody waiting it commits at once.
//! What always holds: `commit` returns only when the data is on disk, and a
//! transaction that fails undoes itself and nobody else. Not here: priorities.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use sqlx::sqlite::SqliteRow;
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use super::Error;
use super::changes::Trip;

/// Most transactions that share one commit: bounds how much one failure takes along.
const GROUP: usize = 128;

/// The queue before the writing connection.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    state: Arc<Mutex<State>>,
    waiting: Arc<AtomicUsize>,
}

/// What those hear whose transaction another one commits.
type Committed = Result<(), Error>;

#[derive(Debug)]
struct State {
    /// Absent once closed.
    connection: Option<SqliteConnection>,
    /// A transaction is open.
    open: bool,
    /// A savepoint was left by a transaction that was dropped.
    abandoned: bool,
    /// The transaction ended because the disk is full.
    full: bool,
    /// Finished transactions that wait for the commit.
    finished: Vec<oneshot::Sender<Committed>>,
}

impl Writer {
    pub(super) fn new(connection: SqliteConnection) -> Self {
        Self {
            state: Arc::new(Mutex::new(State {
                connection: Some(connection),
                open: false,
                abandoned: false,
                full: false,
                finished: Vec::new(),
            })),
            waiting: Arc::default(),
        }
    }

    /// Waits for the writer and begins a savepoint.
    pub(super) async fn begin(&self) -> Result<Turn, Error> {
        let mut turn = self.turn().await;
        to_its_end(async move {
            turn.state()?.begin().await?;
            Ok(turn)
        })
        .await
    }

    /// Waits for the writer, begins a savepoint and runs the `first` statement in it, in one trip;
    /// its row.
    pub(super) async fn begin_with(&self, first: Trip) -> Result<(Turn, Option<SqliteRow>), Error> {
        let mut turn = self.turn().await;
        to_its_end(async move {
            let row = turn.state()?.begin_with(first).await?;
            Ok((turn, row))
        })
        .await
    }

    async fn turn(&self) -> Turn {
        let guard = {
            let _waiting = Waiting::new(&self.waiting);
            Arc::clone(&self.state).lock_owned().await
        };
        Turn {
            guard: Some(guard),
            writer: self.clone(),
        }
    }

    /// Commits what is finished and closes the connection.
    pub(super) async fn close(&self) {
        let mut state = self.state.lock().await;
        let _committed_or_told = state.commit().await;
        if let Some(connection) = state.connection.take() {
            let _closing_cannot_lose_committed_data = connection.close().await;
        }
    }
}

impl State {
    fn connection(&mut self) -> Result<&mut SqliteConnection, Error> {
        self.connection
            .as_mut()
            .ok_or(Error::Driver(sqlx::Error::PoolClosed))
    }

    async fn begin(&mut self) -> Result<(), Error> {
        self.undo_abandoned().await?;
        let begin = self.beginning();
        let begun = self.connection()?.execute(begin).await;
        self.begun(begun, false).await.map(drop)
    }

    async fn begin_with(&mut self, first: Trip) -> Result<Option<SqliteRow>, Error> {
        self.undo_abandoned().await?;
        let query = first.after(self.beginning())?;
        let begun = self.connection()?.fetch_optional(query).await;
        self.begun(begun, true).await
    }

    /// Each statement is a trip to the connection's thread: two go as one.
    fn beginning(&self) -> &'static str {
        if self.open {
            "SAVEPOINT turn"
        } else {
            "BEGIN IMMEDIATE; SAVEPOINT turn"
        }
    }

    /// Notes what came of beginning; where a statement went `with` it, the savepoint may be there
    /// although it failed.
    async fn begun<T>(&mut self, begun: sqlx::Result<T>, with: bool) -> Result<T, Error> {
        match begun {
            Ok(done) => {
                self.open = true;
                self.abandoned = true;
                Ok(done)
            }
            Err(error) => {
                let error = self.noted(error);
                if self.open {
                    self.abandoned = with;
                } else {
                    self.fail().await;
                }
                Err(error)
            }
        }
    }

    /// Undoes a savepoint whose owner is gone. Where SQLite already undid the
    /// whole transaction (disk full, I/O error), everyone in it is told.
    async fn undo_abandoned(&mut self) -> Result<(), Error> {
        if !self.abandoned {
            return Ok(());
        }
        self.abandoned = false;
        let connection = self.connection()?;
        let undone = async {
            connection.execute("ROLLBACK TO turn").await?;
            connection.execute("RELEASE turn").await
        };
        if undone.await.is_err() {
            self.fail().await;
        }
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), Error> {
        self.undo_abandoned().await?;
        if !self.open {
            return Ok(());
        }
        if let Err(error) = self.connection()?.execute("COMMIT").await {
            let error = self.noted(error);
            self.fail().await;
            return Err(error);
        }
        self.committed();
        Ok(())
    }

    /// Tells those who wait for it that everything is on disk.
    fn committed(&mut self) {
        self.open = false;
        for waiting in self.finished.drain(..) {
            let _gone_is_fine = waiting.send(Ok(()));
        }
    }

    /// Why a commit failed, kept for those who share it.
    fn noted(&mut self, error: sqlx::Error) -> Error {
        let error = Error::from(error);
        self.full |= matches!(error, Error::Full);
        error
    }

    async fn fail(&mut self) {
        if let Ok(connection) = self.connection() {
            let _may_be_undone_already = connection.execute("ROLLBACK").await;
        }
        self.open = false;
        let full = std::mem::take(&mut self.full);
        for waiting in self.finished.drain(..) {
            let why = if full {
                Error::Full
            } else {
                Error::SharedCommit
            };
            let _gone_is_fine = waiting.send(Err(why));
        }
    }
}

/// The right to write until dropped or committed.
#[derive(Debug)]
pub(super) struct Turn {
    guard: Option<OwnedMutexGuard<State>>,
    writer: Writer,
}

impl Turn {
    fn state(&mut self) -> Result<&mut State, Error> {
        self.guard
            .as_deref_mut()
            .ok_or(Error::Driver(sqlx::Error::PoolClosed))
    }

    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection, Error> {
        self.state()?.connection()
    }

    /// Makes the `last` changes and commits.
    pub(super) async fn commit(self, last: Trip) -> Result<(), Error> {
        to_its_end(self.finish(last)).await
    }

    /// Where it fails, the turn is dropped and what it left is undone, or, where that is gone
    /// already, all who share the transaction are told.
    async fn finish(mut self, last: Trip) -> Result<(), Error> {
        let alone = self.writer.waiting.load(Ordering::Acquire) == 0;
        let state = self.state()?;
        let commits = alone || state.finished.len() >= GROUP;
        let last = last.one_after_the_other(if commits {
            "RELEASE turn; COMMIT"
        } else {
            "RELEASE turn"
        })?;
        let done = state.connection()?.execute(last).await;
        done.map_err(|error| state.noted(error))?;
        state.abandoned = false;
        if commits {
            state.committed();
            self.guard = None;
            return Ok(());
        }
        let (told, tell) = oneshot::channel();
        state.finished.push(told);
        self.guard = None;
        self.writer.shared_commit(tell).await
    }
}

impl Writer {
    /// Waits behind those already waiting; commits if none of them did.
    async fn shared_commit(&self, mut tell: oneshot::Receiver<Committed>) -> Result<(), Error> {
        let mut state = tokio::select! {
            biased;
            committed = &mut tell => return committed.unwrap_or(Err(Error::SharedCommit)),
            state = self.state.lock() => state,
        };
        match tell.try_recv() {
            Ok(committed) => committed,
            Err(_) => state.commit().await,
        }
    }
}

/// Runs `work` to its end although its caller may go away: a request that is cut
/// off between two statements would leave open what nobody knows to be open, and
/// take its neighbours' commit along.
fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> ToItsEnd<T> {
    ToItsEnd(Some(Box::pin(work)))
}

/// Work that goes on in a task of its own when it is dropped before its end.
struct ToItsEnd<T: Send + 'static>(Option<Work<T>>);

type Work<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

impl<T: Send + 'static> Future for ToItsEnd<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // Out of its place meanwhile: work that panicked does not go on.
        let Some(mut work) = self.0.take() else {
            return Poll::Ready(Err(Error::SharedCommit));
        };
        let polled = work.as_mut().poll(cx);
        if polled.is_pending() {
            self.0 = Some(work);
        }
        polled
    }
}

impl<T: Send + 'static> Drop for ToItsEnd<T> {
    fn drop(&mut self) {
        if let (Some(work), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(work);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(mut guard) = self.guard.take() else {
            return;
        };
        // Undone by the next turn or by those whose commit is pending; with
        // neither, at once, so that no lock on the file outlives the request.
        if let Ok(runtime) = Handle::try_current() {
            let nobody_waits = self.writer.waiting.load(Ordering::Acquire) == 0;
            if nobody_waits {
                runtime.spawn(async move {
                    let _those_concerned_are_told = guard.commit().await;
                });
            }
        }
    }
}

/// Counts a transaction that waits for its turn.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
