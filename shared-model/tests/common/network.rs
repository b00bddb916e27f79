//! Two replicas and what lies between them: messages that are cut, doubled and swapped.

use std::collections::VecDeque;

use shared_model::sync::codec::{decode_all, encode_all};
use shared_model::sync::{Frame, Input, Mode, Role, Session, drive};
use shared_model::time::Timestamp;

use super::{EVENT, Store};

/// What a link does to what is sent over it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Weather {
    /// The link breaks after so many frames.
    pub cut_after: Option<u16>,
    /// Every so many frames one arrives twice.
    pub double_every: u8,
    /// Every so many frames one changes places with the next.
    pub swap_every: u8,
}

/// One side of a link.
pub struct End<'a> {
    pub store: &'a mut Store,
    pub role: Role,
    /// Its own clock.
    pub clock: Timestamp,
}

impl End<'_> {
    fn drive(&mut self, session: &mut Session, input: Input) -> Vec<Frame> {
        match drive(session, self.store, input, self.clock) {
            Ok(frames) => frames,
        }
    }
}

/// What a meeting took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meeting {
    /// Messages that were sent.
    pub messages: usize,
    /// Batches of facts that arrived.
    pub facts: usize,
}

/// What lies between the two.
#[derive(Debug, Default)]
struct Link {
    weather: Weather,
    carried: u16,
    messages: usize,
    facts: usize,
}

impl Link {
    /// What arrives of `frames`, and whether the link still stands.
    fn carry(&mut self, frames: Vec<Frame>) -> (Vec<Frame>, bool) {
        self.messages += 1;
        assert!(self.messages < 2000, "the sessions turn in a circle");
        let bytes = encode_all(&frames).expect("a session's frames fit");
        let mut frames = decode_all(&bytes).expect("a session's message fits");
        let every =
            |step: u8, at: usize| step > 0 && at % usize::from(step) == usize::from(step) - 1;
        for at in 1..frames.len() {
            if every(self.weather.swap_every, at) {
                frames.swap(at - 1, at);
            }
        }
        let mut arrived = Vec::new();
        for (at, frame) in frames.into_iter().enumerate() {
            if self
                .weather
                .cut_after
                .is_some_and(|cut| self.carried >= cut)
            {
                return (arrived, false);
            }
            self.carried += 1;
            self.facts += usize::from(matches!(frame, Frame::Facts(_)));
            if every(self.weather.double_every, at) {
                arrived.push(frame.clone());
            }
            arrived.push(frame);
        }
        (arrived, true)
    }
}

/// Lets `opener` talk to `other` until neither has more to say.
pub fn meet<'a>(mut opener: End<'a>, mut other: End<'a>, mode: Mode, weather: Weather) -> Meeting {
    let (link, requests) = match mode {
        Mode::Turns => {
            let mut link = Link {
                weather,
                ..Link::default()
            };
            let requests = take_turns(&mut opener, &mut other, &mut link);
            if requests.is_none() {
                opener.store.memory = opener.store.disk.clone();
                other.store.memory = other.store.disk.clone();
            }
            (link, requests.unwrap_or_default())
        }
        Mode::Stream => {
            let mut lasting = Lasting::open(opener, other, weather);
            lasting.settle();
            let messages = lasting.link.messages;
            (lasting.link, messages)
        }
    };
    Meeting {
        messages: requests,
        facts: link.facts,
    }
}

/// The number of requests that it took; none when the link broke.
fn take_turns(opener: &mut End<'_>, other: &mut End<'_>, link: &mut Link) -> Option<usize> {
    let mut session = Session::new(EVENT, opener.role, Mode::Turns);
    let mut request = opener.drive(&mut session, Input::Opened);
    let mut turns = 0;
    while !request.is_empty() {
        turns += 1;
        assert!(turns < 200, "the session turns in a circle");
        let mut answering = Session::new(EVENT, other.role, Mode::Turns);
        let (arrived, stands) = link.carry(request);
        let mut answer = Vec::new();
        for frame in arrived {
            answer.extend(other.drive(&mut answering, Input::Frame(frame)));
        }
        if !stands {
            return None;
        }
        answer.extend(other.drive(&mut answering, Input::Pause));
        let (arrived, stands) = link.carry(answer);
        request = Vec::new();
        for frame in arrived {
            request.extend(opener.drive(&mut session, Input::Frame(frame)));
        }
        if !stands {
            return None;
        }
        request.extend(opener.drive(&mut session, Input::Pause));
    }
    Some(turns)
}

/// A link over which both sides send when they like.
pub struct Lasting<'a> {
    /// The side that opened it, and the other.
    pub ends: [End<'a>; 2],
    sessions: [Session; 2],
    ways: [VecDeque<Vec<Frame>>; 2],
    link: Link,
}

impl<'a> Lasting<'a> {
    pub fn open(mut opener: End<'a>, other: End<'a>, weather: Weather) -> Self {
        let mut sessions = [
            Session::new(EVENT, opener.role, Mode::Stream),
            Session::new(EVENT, other.role, Mode::Stream),
        ];
        let mut ways = [VecDeque::new(), VecDeque::new()];
        ways[1].push_back(opener.drive(&mut sessions[0], Input::Opened));
        Self {
            ends: [opener, other],
            sessions,
            ways,
            link: Link {
                weather,
                ..Link::default()
            },
        }
    }

    /// Tells one side that its store holds something new.
    pub fn changed(&mut self, side: usize) {
        let frames = self.ends[side].drive(&mut self.sessions[side], Input::Changed);
        self.ways[1 - side].push_back(frames);
    }

    /// Batches of facts that arrived so far.
    pub fn facts(&self) -> usize {
        self.link.facts
    }

    /// Carries messages until nobody sends any more, or the link breaks.
    pub fn settle(&mut self) {
        let mut quiet = 0;
        let mut side = 1;
        while quiet < 4 {
            let Some(sent) = self.turn(side) else {
                for end in &mut self.ends {
                    end.store.memory = end.store.disk.clone();
                }
                return;
            };
            side = 1 - side;
            if sent.is_empty() {
                quiet += 1;
            } else {
                quiet = 0;
                self.ways[side].push_back(sent);
            }
        }
    }

    /// What `side` sends after it has read all that came; none when the link broke.
    fn turn(&mut self, side: usize) -> Option<Vec<Frame>> {
        let (end, session) = (&mut self.ends[side], &mut self.sessions[side]);
        let mut sent = Vec::new();
        while let Some(frames) = self.ways[side].pop_front() {
            let (arrived, stands) = self.link.carry(frames);
            for frame in arrived {
                sent.extend(end.drive(session, Input::Frame(frame)));
            }
            if !stands {
                return None;
            }
        }
        sent.extend(end.drive(session, Input::Pause));
        Some(sent)
    }
}
