//! One camera that is read: a thread that gets pictures, a thread that reads them.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use decode::LumaImage;
use serde::Serialize;

use super::figures::Counting;
use super::getting::get;
use super::inbox::Inbox;
use super::reading::Reading;
use super::{Error, Figures, FrameSource, Tuning};

/// A source that failed is opened again after this long.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// A thread that hangs in a driver is not waited for any longer.
const DONE_WITHIN: Duration = Duration::from_secs(1);

/// Any clock that only rises.
pub type Clock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// How a camera is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settings {
    /// The camera sleeps when no code was seen for this long.
    pub sleep_after: Option<Duration>,
}

/// How a camera stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// It is being opened.
    Starting,
    /// Pictures come.
    Running,
    /// It was put to sleep, and is closed.
    Asleep,
    /// No pictures come; it is tried again every second.
    Trouble(Error),
    /// There will be no more pictures.
    Ended,
}

impl State {
    /// Its name for machines.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Asleep => "asleep",
            Self::Trouble(_) => "trouble",
            Self::Ended => "ended",
        }
    }
}

/// What the listener is told.
#[derive(Debug)]
pub enum Event<'a> {
    /// The camera now stands so.
    State(State),
    /// A picture was read.
    Seen(Seen<'a>),
}

/// One picture and the codes in it.
#[derive(Debug)]
pub struct Seen<'a> {
    /// The codes; none for most pictures.
    pub texts: &'a [&'a str],
    /// The picture, for a preview.
    pub picture: &'a LumaImage,
    /// When it was read, by the clock that was given.
    pub at: Duration,
    /// How long finding and reading the codes took.
    pub took: Duration,
}

/// A camera that is read until it is dropped.
pub struct Camera {
    shared: Arc<Shared>,
    reading: Option<JoinHandle<()>>,
    closed: Receiver<()>,
}

/// What the threads of a camera share with whoever holds it.
pub(super) struct Shared {
    pub(super) inbox: Inbox,
    control: Mutex<Control>,
    changed: Condvar,
    pub(super) counting: Mutex<Counting>,
    pub(super) state: Mutex<State>,
    tuned: Mutex<Tuned>,
    tuning_done: Condvar,
    pub(super) clock: Clock,
}

#[derive(Debug, Default)]
struct Control {
    stop: bool,
    asleep: bool,
    wish: Tuning,
    /// How many wishes there were.
    wishes: u64,
}

/// How light and zoom are, and after which wish.
#[derive(Debug, Default)]
struct Tuned {
    now: Tuning,
    wish: u64,
}

impl Camera {
    /// Reads what `open` opens, on threads of its own, and tells `listener`, on one of them.
    ///
    /// `open` is called again whenever the source failed or was put to sleep. A listener that
    /// takes its time makes the camera drop pictures, and nothing else.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(
        open: impl FnMut() -> Result<Box<dyn FrameSource>, Error> + Send + 'static,
        settings: Settings,
        clock: Clock,
        listener: impl FnMut(Event<'_>) + Send + 'static,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            inbox: Inbox::default(),
            control: Mutex::default(),
            changed: Condvar::new(),
            counting: Mutex::default(),
            state: Mutex::new(State::Starting),
            tuned: Mutex::default(),
            tuning_done: Condvar::new(),
            clock,
        });
        let (open_until, closed) = channel();
        let own = Arc::clone(&shared);
        let reading = std::thread::Builder::new()
            .name("camera reading".into())
            .spawn(move || Reading::new(&own, settings, listener).run())?;
        let own = Arc::clone(&shared);
        let getting = std::thread::Builder::new()
            .name("camera".into())
            .spawn(move || get(&own, open, open_until));
        let camera = Self {
            shared,
            reading: Some(reading),
            closed,
        };
        // Dropping the camera ends the thread that did start.
        getting.map(|_| camera)
    }

    /// Closes the camera until it is woken.
    pub fn sleep(&self) {
        self.shared.sleep();
    }

    /// Opens it again.
    pub fn wake(&self) {
        self.shared.control().asleep = false;
        self.shared.changed.notify_all();
    }

    /// How it stands.
    #[must_use]
    pub fn state(&self) -> State {
        hold(&self.shared.state).clone()
    }

    /// Sets light and zoom, now and whenever it is opened again; says how they are then. Waits for
    /// the driver, at most a second.
    pub fn tune(&self, wish: Tuning) -> Tuning {
        let number = {
            let mut control = self.shared.control();
            control.wish = control.wish.then(wish);
            control.wishes += 1;
            control.wishes
        };
        if self.state() != State::Running {
            return self.tuned();
        }
        let waits = |tuned: &mut Tuned| tuned.wish < number;
        let tuned = hold(&self.shared.tuned);
        let waited = self
            .shared
            .tuning_done
            .wait_timeout_while(tuned, DONE_WITHIN, waits);
        waited.unwrap_or_else(PoisonError::into_inner).0.now
    }

    /// Light and zoom as they are; what is absent it has not, or it is closed.
    #[must_use]
    pub fn tuned(&self) -> Tuning {
        hold(&self.shared.tuned).now
    }

    /// How it is doing.
    #[must_use]
    pub fn figures(&self) -> Figures {
        hold(&self.shared.counting).figures((self.shared.clock)())
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.shared.control().stop = true;
        self.shared.changed.notify_all();
        self.shared.inbox.close();
        if let Some(reading) = self.reading.take()
            && reading.thread().id() != std::thread::current().id()
            && reading.join().is_err()
        {
            tracing::error!("the listener of a camera panicked");
        }
        // Nothing is ever sent: the other end goes when the camera is closed.
        let end = self.closed.recv_timeout(DONE_WITHIN);
        if end == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            tracing::warn!("the camera does not answer; it is left to itself");
        }
    }
}

impl Shared {
    fn control(&self) -> MutexGuard<'_, Control> {
        hold(&self.control)
    }

    /// Waits while the camera is asleep; false when it is to stop.
    pub(super) fn awake(&self) -> bool {
        let asleep = |control: &mut Control| control.asleep && !control.stop;
        let control = self
            .changed
            .wait_while(self.control(), asleep)
            .unwrap_or_else(PoisonError::into_inner);
        !control.stop
    }

    /// Whether pictures are wanted now.
    pub(super) fn wanted(&self) -> bool {
        let control = self.control();
        !control.stop && !control.asleep
    }

    /// Closes the camera until it is woken.
    pub(super) fn sleep(&self) {
        self.control().asleep = true;
        self.changed.notify_all();
    }

    /// The wish for light and zoom, where it came after number `known`.
    pub(super) fn wish_after(&self, known: Option<u64>) -> Option<(u64, Tuning)> {
        let control = self.control();
        (known < Some(control.wishes)).then_some((control.wishes, control.wish))
    }

    /// Light and zoom are so, after wish number `wish`.
    pub(super) fn tuned(&self, now: Tuning, wish: u64) {
        *hold(&self.tuned) = Tuned { now, wish };
        self.tuning_done.notify_all();
    }

    /// A camera that is closed has neither.
    pub(super) fn untuned(&self) {
        hold(&self.tuned).now = Tuning::default();
    }

    /// Lets time pass unless something else is wanted.
    pub(super) fn pause(&self) {
        let wanted = |control: &mut Control| !control.stop && !control.asleep;
        let waited = self
            .changed
            .wait_timeout_while(self.control(), RETRY_AFTER, wanted);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

/// A value stays usable when a listener panicked while it was held.
pub(super) fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
