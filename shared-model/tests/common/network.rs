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

/// Frames taken before the link broke, or all.
struct Link {
    weather: Weather,
    carried: u16,
}

impl Link {
    /// What arrives of `frames`, and whether the link still stands.
    fn carry(&mut self, frames: Vec<Frame>) -> (Vec<Frame>, bool) {
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
            if every(self.weather.double_every, at) {
                arrived.push(frame.clone());
            }
            arrived.push(frame);
        }
        (arrived, true)
    }
}

/// Lets `opener` talk to `other` until neither has more to say; gives the number of messages sent.
pub fn meet<'a>(mut opener: End<'a>, mut other: End<'a>, mode: Mode, weather: Weather) -> usize {
    let mut link = Link {
        weather,
        carried: 0,
    };
    let (messages, whole) = match mode {
        Mode::Turns => take_turns(&mut opener, &mut other, &mut link),
        Mode::Stream => stream(&mut opener, &mut other, &mut link),
    };
    if !whole {
        opener.store.memory = opener.store.disk.clone();
        other.store.memory = other.store.disk.clone();
    }
    messages
}

fn take_turns(opener: &mut End<'_>, other: &mut End<'_>, link: &mut Link) -> (usize, bool) {
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
            return (turns, false);
        }
        answer.extend(other.drive(&mut answering, Input::Pause));
        let (arrived, stands) = link.carry(answer);
        request = Vec::new();
        for frame in arrived {
            request.extend(opener.drive(&mut session, Input::Frame(frame)));
        }
        if !stands {
            return (turns, false);
        }
        request.extend(opener.drive(&mut session, Input::Pause));
    }
    (turns, true)
}

fn stream<'a>(opener: &mut End<'a>, other: &mut End<'a>, link: &mut Link) -> (usize, bool) {
    let mut sessions = [
        Session::new(EVENT, opener.role, Mode::Stream),
        Session::new(EVENT, other.role, Mode::Stream),
    ];
    let mut ways = [VecDeque::new(), VecDeque::new()];
    ways[1].push_back(opener.drive(&mut sessions[0], Input::Opened));
    let mut messages = 0;
    let mut quiet = 0;
    let mut side = 1;
    while quiet < 4 {
        let end: &mut End<'a> = if side == 0 { opener } else { other };
        let mut sent = Vec::new();
        while let Some(frames) = ways[side].pop_front() {
            messages += 1;
            assert!(messages < 2000, "the sessions turn in a circle");
            let (arrived, stands) = link.carry(frames);
            for frame in arrived {
                sent.extend(end.drive(&mut sessions[side], Input::Frame(frame)));
            }
            if !stands {
                return (messages, false);
            }
        }
        sent.extend(end.drive(&mut sessions[side], Input::Pause));
        side = 1 - side;
        if sent.is_empty() {
            quiet += 1;
        } else {
            quiet = 0;
            ways[side].push_back(sent);
        }
    }
    (messages, true)
}
