//! Contact with the server for as long as the program runs.
//!
//! A thread of its own keeps a lasting link for each event: what happens here goes up as
//! it happens, what changes there comes down at once. Where lasting links are refused it
//! asks again and again instead. After a failure it waits, longer each time and at most
//! half a minute, unless somebody asks it to [hurry](Contact::hurry). Nothing at the door
//! waits for any of this.
//!
//! How it stands can be read at any time ([`Contact::state`]) and followed
//! ([`Contact::subscribe`]). It decides nothing.

mod duties;
mod event;
mod keep;
mod link;
mod state;

use std::sync::Arc;
use std::thread::JoinHandle;

use rand::rngs::StdRng;
use shared_model::time::Timestamp;
use tokio::sync::{oneshot, watch};

pub use self::state::{EventContact, State, Trouble, Way};
use crate::scanner::Scanner;

/// Keeps in contact with the server until it is dropped.
pub struct Contact {
    state: watch::Receiver<State>,
    hurry: watch::Sender<()>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Contact {
    /// Begins to keep `scanner` in contact; `wall` is the device's clock.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn start(
        scanner: Arc<Scanner>,
        wall: fn() -> Timestamp,
        rng: StdRng,
    ) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let hurry = watch::Sender::new(());
        let (tell, state) = watch::channel(State::default());
        let keeper = keep::Keeper::new(scanner, wall, rng, tell, hurry.subscribe());
        let thread = std::thread::Builder::new()
            .name("contact".into())
            .spawn(move || {
                runtime.block_on(keeper.keep(stopped));
                // A name that is being looked up is not waited for.
                runtime.shutdown_background();
            })?;
        Ok(Self {
            state,
            hurry,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// How it stands.
    #[must_use]
    pub fn state(&self) -> State {
        self.state.borrow().clone()
    }

    /// How it stands, and every change of that.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<State> {
        self.state.clone()
    }

    /// Tries at once: somebody pressed the button, or the network changed.
    pub fn hurry(&self) {
        self.hurry.send_replace(());
    }
}

impl Drop for Contact {
    fn drop(&mut self) {
        // A keeper that is over already hears nothing, and need not.
        let _ = self.stop.take().map(|stop| stop.send(()));
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the contact with the server broke off");
        }
    }
}
