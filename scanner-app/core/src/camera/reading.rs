//! The thread that reads pictures, tells the listener, and puts the camera to sleep.

use std::sync::Arc;
use std::time::Duration;

use decode::{Budget, LumaImage, Passes, decode_frame};

use super::Error;
use super::inbox::{Item, Taken};
use super::reader::{Event, Seen, Settings, Shared, State, hold};

/// How a ticket of ours begins; where one is in the picture, other codes are not read.
const TICKET: &str = "TK1:";

/// A source that is open and gives no picture for this long is in trouble.
const SILENT_AFTER: Duration = Duration::from_secs(5);

/// No frame is read for longer, however slow the computer.
const DECODE_AT_MOST: Duration = Duration::from_millis(100);

/// How often the reading thread looks at the clock when nothing comes.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The thread that reads pictures.
pub(super) struct Reading<'s, L> {
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
    pub(super) fn new(shared: &'s Shared, settings: Settings, listener: L) -> Self {
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

    pub(super) fn run(mut self) {
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
        // Before anybody is told: whoever is may move the clock.
        self.last_picture = self.now();
        self.stands(State::Running);
        let start = self.now();
        let clock = Arc::clone(&self.shared.clock);
        let mut budget = Budget::video().with_deadline(&*clock, start + DECODE_AT_MOST);
        let symbols = decode_frame(&picture.frame(), &mut self.passes, TICKET, &mut budget);
        let at = self.now();
        let took = at.saturating_sub(start);
        hold(&self.shared.counting).read(took);
        let has_ticket = symbols.iter().any(|symbol| symbol.text.starts_with(TICKET));
        let texts: Vec<&str> = symbols
            .iter()
            .map(|symbol| symbol.text.as_str())
            .filter(|text| !has_ticket || text.starts_with(TICKET))
            .collect();
        if !texts.is_empty() {
            self.last_code = at;
        }
        (self.listener)(Event::Seen(Seen {
            texts: &texts,
            picture,
            at,
            took,
        }));
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
            self.shared.sleep();
        }
    }
}
