//! Step 1: is the code one of ours. Which ticket it leads to is chosen elsewhere.

use super::{Finding, say};
use crate::book::{Book, TicketKey};
use crate::entry::{Key, TokenFacts};
use crate::ids::{EventNo, Kid, Serial};
use crate::time::Timestamp;
use crate::verdict::{Arg, Explanation, Reason};

/// The event and the key of a token, in that order; its signature was checked when it was read.
pub(in crate::entry) fn check_token(
    book: &Book,
    token: &TokenFacts,
    now: Timestamp,
) -> Result<Option<Finding>, Finding> {
    let refused = |(reason, explanation)| Finding::refuse(1, reason, explanation);
    let key = check_key(book, token.event, token.kid, token.serial).map_err(refused)?;
    let early = key.not_before.is_some_and(|from| now < from);
    let late = key.not_after.is_some_and(|until| now > until);
    if early || late {
        let explanation = say(Key::KeyNotActive).with("kid", number(token.kid));
        return Ok(Some(
            Finding::refuse(1, Reason::UnknownKey, explanation).timed(),
        ));
    }
    Ok(None)
}

/// The key that `serial` of `event` has to be signed with.
pub(in crate::entry) fn check_key(
    book: &Book,
    event: EventNo,
    kid: Kid,
    serial: Serial,
) -> Result<&TicketKey, (Reason, Explanation)> {
    if event != book.event {
        let explanation = say(Key::OtherEvent).with("event", Arg::Number(event.get().into()));
        return Err((Reason::WrongEvent, explanation));
    }
    let Some(key) = book.ticket_key(kid) else {
        let explanation = say(Key::KeyUnknown).with("kid", number(kid));
        return Err((Reason::UnknownKey, explanation));
    };
    if serial < key.first_serial || serial > key.last_serial {
        let explanation = say(Key::KeyRange).with("kid", number(kid));
        return Err((Reason::UnknownKey, explanation));
    }
    Ok(key)
}

fn number(kid: Kid) -> Arg {
    Arg::Number(kid.get().into())
}
