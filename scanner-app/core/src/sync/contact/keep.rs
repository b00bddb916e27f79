//! The keeper: one task for each event, and what they tell of themselves.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use shared_model::ids::EventNo;
use shared_model::time::Timestamp;
use tokio::sync::{oneshot, watch};
use tokio::task::{JoinHandle, LocalSet, spawn_local};

use super::state::{EventContact, State};
use super::{duties, event};
use crate::scanner::{Result, Scanner};

/// What the tasks of all events share.
pub(super) struct Keeper {
    pub(super) scanner: Arc<Scanner>,
    pub(super) wall: fn() -> Timestamp,
    pub(super) hurry: watch::Receiver<()>,
    rng: RefCell<StdRng>,
    tell: watch::Sender<State>,
}

impl Keeper {
    pub(super) fn new(
        scanner: Arc<Scanner>,
        wall: fn() -> Timestamp,
        rng: StdRng,
        tell: watch::Sender<State>,
        hurry: watch::Receiver<()>,
    ) -> Self {
        Self {
            scanner,
            wall,
            hurry,
            rng: RefCell::new(rng),
            tell,
        }
    }

    /// Keeps in contact until it is told to stop.
    pub(super) async fn keep(self, stopped: oneshot::Receiver<()>) {
        let keeper = Rc::new(self);
        let tasks = LocalSet::new();
        let all = tasks.run_until(async {
            tokio::join!(
                Rc::clone(&keeper).all_events(),
                duties::keep_asking(&keeper)
            )
        });
        tokio::select! {
            _ = stopped => {}
            _ = all => {}
        }
        drop(tasks);
        keeper.remember();
    }

    /// Has a task for each event, also for those that come later.
    async fn all_events(self: Rc<Self>) {
        let mut changes = self.scanner.store().changes();
        let mut tasks: BTreeMap<EventNo, JoinHandle<()>> = BTreeMap::new();
        loop {
            changes.mark_unchanged();
            for event in self.events() {
                tasks
                    .entry(event)
                    .or_insert_with(|| spawn_local(event::keep(Rc::clone(&self), event)));
            }
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    fn events(&self) -> Vec<EventNo> {
        match self.scanner.store().read(|tx| tx.list_events()) {
            Ok(events) => events.into_iter().map(|state| state.event).collect(),
            Err(error) => {
                tracing::error!(%error, "the events of this device cannot be read");
                Vec::new()
            }
        }
    }

    /// A generator for one use.
    pub(super) fn rng(&self) -> StdRng {
        let mut seed = [0; 32];
        self.rng.borrow_mut().fill_bytes(&mut seed);
        StdRng::from_seed(seed)
    }

    /// Keeps with the keys how far this device has written.
    pub(super) fn remember(&self) {
        if let Err(error) = self.scanner.remember(&mut self.rng()) {
            tracing::error!(%error, "the keys' memory of the scan log was not kept");
        }
    }

    /// Tells how `event` stands after `change`, where that is news.
    ///
    /// # Errors
    /// The store failed.
    pub(super) fn tell(
        &self,
        event: EventNo,
        change: impl FnOnce(&mut EventContact),
    ) -> Result<()> {
        let mut state = self.tell.borrow().clone();
        let at = match state.events.binary_search_by_key(&event, |at| at.event) {
            Ok(at) => at,
            Err(at) => {
                state.events.insert(at, EventContact::new(event));
                at
            }
        };
        if let Some(contact) = state.events.get_mut(at) {
            change(contact);
            contact.look(&self.scanner)?;
        }
        state.clock_offset_ms = self.scanner.store().read(|tx| tx.account())?.offset_ms;
        self.tell.send_if_modified(|told| {
            let news = *told != state;
            *told = state;
            news
        });
        Ok(())
    }
}
