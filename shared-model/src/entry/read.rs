//! Step 1, first half: from the text of a code to what it states.

use ticket_crypto::live::keyed::EventLiveKey;
use ticket_crypto::live::{self, LiveCheck};
use ticket_crypto::token::{Body, ParseError, Token};

use super::steps::{not_genuine, say};
use super::{Key, LiveState, Presented, TokenFacts};
use crate::book::Book;
use crate::time::Timestamp;
use crate::verdict::{Explanation, Reason};

/// Longest text in bytes that is looked at.
const LONGEST: usize = 1024;

/// Reads a code against the book: format, event, key, signature, the key's limits, rotating part.
///
/// `now` is corrected UTC and matters to the rotating part only. Spaces around the text, as
/// some scanners add them, do not count.
#[must_use]
pub fn read(book: &Book, text: &str, now: Timestamp) -> Presented {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return refused(Reason::Malformed, say(Key::CodeMalformed));
    }
    match Token::parse(text) {
        Ok(token) => genuine(book, &token, now),
        Err(ParseError::NotAToken) => Presented::Foreign(text.to_owned()),
        Err(ParseError::Length) => refused(Reason::Malformed, say(Key::CodeLength)),
        Err(ParseError::UnknownVersion | ParseError::UnknownType(_)) => {
            refused(Reason::Malformed, say(Key::CodeVersion))
        }
        Err(_) => refused(Reason::Malformed, say(Key::CodeMalformed)),
    }
}

fn genuine(book: &Book, token: &Token, now: Timestamp) -> Presented {
    let body = token.body();
    if let Err(why) = book.key_set().check_signed(token) {
        let (reason, explanation) = not_genuine(body.kid, why);
        return refused(reason, explanation);
    }
    let live_key = book.live_key.map(|key| EventLiveKey::from_bytes(&key.0));
    let live = match live::check(token, now.as_millis(), live_key.as_ref()) {
        LiveCheck::Fresh { .. } => LiveState::Fresh,
        LiveCheck::Stale { .. } => LiveState::Stale,
        // A part that cannot be checked proves no more than none.
        LiveCheck::Absent | LiveCheck::NoKey => LiveState::Absent,
        LiveCheck::Forged => return refused(Reason::BadSignature, say(Key::CodeLiveForged)),
    };
    Presented::Token(facts(body, live))
}

fn facts(body: &Body, live: LiveState) -> TokenFacts {
    TokenFacts {
        event: body.event,
        serial: body.serial,
        kid: body.kid,
        generation: body.generation,
        tier: body.tier,
        occurrence: body.occurrence,
        zones: body.zones,
        valid_from: Timestamp(body.valid_from.to_unix_ms()),
        valid_until: Timestamp(body.valid_until.to_unix_ms()),
        entries: body.entries,
        group: body.group,
        flags: body.flags,
        live,
    }
}

fn refused(reason: Reason, explanation: Explanation) -> Presented {
    Presented::Refused {
        reason,
        explanation,
    }
}
