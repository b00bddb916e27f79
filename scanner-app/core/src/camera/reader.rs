//! One camera that is read: a thread that gets pictures, a thread that reads them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use decode::{Budget, LumaImage, Passes, decode_frame};
use serde::Serialize;

use super::figures::Counting;
use super::inbox::{Inbox, Item, Taken};
use super::{Error, Figures, FrameSource, MAX_FRAME_PIXELS, Next};

/// How a ticket of ours begins; where one is in the picture, other codes are not read.
const TICKET: &str = "TK1:";

/// A source that failed is opened again after this long.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// A source that is open and gives no picture for this long is in trouble.
const SILENT_AFTER: Duration = Duration::from_secs(5);

/// No frame is read for longer, however slow the computer.
const DECODE_AT_MOST: Duration = Duration::from_millis(100);

/// How often the reading thread looks at the clock when nothing comes.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// A thread that hangs in a driver is not waited for any longer.
const STOP_WITHIN: Duration = Duration::from_secs(1);

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
}

/// A camera that is read until it is dropped.
pub struct Camera {
    shared: Arc<Shared>,
    reading: Option<JoinHandle<()>>,
    closed: Receiver<()>,
}

struct Shared {
    inbox: Inbox,
    control: Mutex<Control>,
    changed: Condvar,
    counting: Mutex<Counting>,
    state: Mutex<State>,
    clock: Clock,
}

#[derive(Debug, Default)]
struct Control {
    stop: bool,
    asleep: bool,
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
        self.shared.control().asleep = true;
        self.shared.changed.notify_all();
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
        let end = self.closed.recv_timeout(STOP_WITHIN);
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
    fn awake(&self) -> bool {
        let asleep = |control: &mut Control| control.asleep && !control.stop;
        let control = self
            .changed
            .wait_while(self.control(), asleep)
            .unwrap_or_else(PoisonError::into_inner);
        !control.stop
    }

    /// Whether pictures are wanted now.
    fn wanted(&self) -> bool {
        let control = self.control();
        !control.stop && !control.asleep
    }

    /// Lets time pass unless something else is wanted.
    fn pause(&self) {
        let wanted = |control: &mut Control| !control.stop && !control.asleep;
        let waited = self
            .changed
            .wait_timeout_while(self.control(), RETRY_AFTER, wanted);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

/// The thread that gets pictures; `_alive` goes with it.
fn get(
    shared: &Shared,
    mut open: impl FnMut() -> Result<Box<dyn FrameSource>, Error>,
    _alive: Sender<()>,
) {
    let mut rested = false;
    let mut was_there = false;
    while shared.awake() {
        if rested {
            shared.inbox.tell(State::Starting);
        }
        let news = match guarded(&mut open) {
            Ok(source) => {
                was_there = true;
                pictures(shared, source)
            }
            Err(Error::NoCamera) if was_there => State::Trouble(Error::Unplugged),
            Err(error) => State::Trouble(error),
        };
        let ended = news == State::Ended;
        rested = news == State::Asleep;
        shared.inbox.tell(news);
        if ended {
            return;
        }
        shared.pause();
    }
}

/// Passes pictures on until there are no more, or none are wanted.
fn pictures(shared: &Shared, mut source: Box<dyn FrameSource>) -> State {
    let news = loop {
        if !shared.wanted() {
            break State::Asleep;
        }
        match guarded(|| source.next()) {
            Ok(Next::Picture(picture)) if pixels(&picture) > MAX_FRAME_PIXELS => {
                let sides = format!("{} x {}", picture.width(), picture.height());
                break State::Trouble(Error::format(sides));
            }
            Ok(Next::Picture(picture)) => {
                let dropped = shared.inbox.put(picture);
                hold(&shared.counting).came((shared.clock)(), dropped);
            }
            Ok(Next::Nothing) => {}
            Ok(Next::Ended) => break State::Ended,
            Err(error) => break State::Trouble(error),
        }
    };
    // Closing may panic as well, and must not do so while another panic is under way.
    let closed = guarded(|| {
        drop(source);
        Ok(())
    });
    if let Err(error) = closed {
        tracing::warn!(%error, "closing the camera");
    }
    news
}

fn pixels(picture: &LumaImage) -> usize {
    picture.width().saturating_mul(picture.height())
}

/// Runs code of a driver; a panic in it is an error.
pub(super) fn guarded<T>(driver: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(driver))
        .unwrap_or_else(|_| Err(Error::failed("its driver panicked")))
}

/// The thread that reads pictures.
struct Reading<'s, L> {
    shared: &'s Shared,
    settings: Settings,
    listener: L,
    passes: Passes,
    /// When a picture came last, or the camera was opened.
    last_picture: Duration,
    /// When a code was seen last, or the camera was opened.
    last_code: Duration,
}

impl<'s, L: FnMut(Event<'_>)> Reading<'s, L> {
    fn new(shared: &'s Shared, settings: Settings, listener: L) -> Self {
        let now = (shared.clock)();
        Self {
            shared,
            settings,
            listener,
            passes: Passes::new(),
            last_picture: now,
            last_code: now,
        }
    }

    fn run(mut self) {
        loop {
            match self.shared.inbox.take(LOOK_EVERY) {
                Taken::Closed => return,
                Taken::Item(Item::Picture(picture)) => self.picture(&picture),
                Taken::Item(Item::News(news)) => self.stands(news),
                Taken::Nothing => self.nothing(),
            }
            self.rest();
        }
    }

    fn now(&self) -> Duration {
        (self.shared.clock)()
    }

    fn stands(&mut self, state: State) {
        let known = std::mem::replace(&mut *hold(&self.shared.state), state.clone());
        if known != state {
            if state == State::Running {
                self.last_code = self.now();
            }
            (self.listener)(Event::State(state));
        }
    }

    fn picture(&mut self, picture: &LumaImage) {
        self.stands(State::Running);
        let start = self.now();
        let clock = Arc::clone(&self.shared.clock);
        let mut budget = Budget::video().with_deadline(&*clock, start + DECODE_AT_MOST);
        let symbols = decode_frame(&picture.frame(), &mut self.passes, TICKET, &mut budget);
        let at = self.now();
        hold(&self.shared.counting).read(at.saturating_sub(start));
        self.last_picture = at;
        let has_ticket = symbols.iter().any(|symbol| symbol.text.starts_with(TICKET));
        let texts: Vec<&str> = symbols
            .iter()
            .map(|symbol| symbol.text.as_str())
            .filter(|text| !has_ticket || text.starts_with(TICKET))
            .collect();
        if !texts.is_empty() {
            self.last_code = at;
        }
        let texts = &texts;
        (self.listener)(Event::Seen(Seen { texts, picture, at }));
    }

    fn nothing(&mut self) {
        let silent = self.now().saturating_sub(self.last_picture) >= SILENT_AFTER;
        if silent && *hold(&self.shared.state) == State::Running {
            self.stands(State::Trouble(Error::Silent));
        }
    }

    /// Puts the camera to sleep when nobody has come for long enough.
    fn rest(&self) {
        let Some(after) = self.settings.sleep_after else {
            return;
        };
        let running = *hold(&self.shared.state) == State::Running;
        if running && self.now().saturating_sub(self.last_code) >= after {
            self.shared.control().asleep = true;
            self.shared.changed.notify_all();
        }
    }
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
