//! Step 1: is the code one of ours. Which ticket it leads to is chosen elsewhere.

use ticket_crypto::keyset::{Claim, NotGenuine};

use super::{Finding, say};
use crate::book::Book;
use crate::entry::{Key, TokenFacts};
use crate::ids::Kid;
use crate::time::Timestamp;
use crate::verdict::{Arg, Explanation, Reason};

/// The event and the key of a token, in that order; its signature was checked when it was read.
pub(in crate::entry) fn check_token(
    book: &Book,
    token: &TokenFacts,
    now: Timestamp,
) -> Result<Option<Finding>, Finding> {
    let claim = Claim {
        event: token.event,
        kid: token.kid,
        serial: token.serial,
        tier: token.tier,
        zones: token.zones,
        entries: token.entries,
        group: token.group,
    };
    let refused = |why| {
        let (reason, explanation) = not_genuine(token.kid, why);
        Finding::refuse(1, reason, explanation)
    };
    let key = book.key_set().check_claim(&claim).map_err(refused)?;
    let timed = key.check_at(now.as_millis()).err();
    Ok(timed.map(|why| refused(why).timed()))
}

/// What is told of a token under `kid` that is not genuine.
pub(in crate::entry) fn not_genuine(kid: Kid, why: NotGenuine) -> (Reason, Explanation) {
    let of_key = |key| {
        let kid = Arg::Number(kid.get().into());
        (Reason::UnknownKey, say(key).with("kid", kid))
    };
    match why {
        NotGenuine::OtherEvent(event) => {
            let event = Arg::Number(event.get().into());
            let explanation = say(Key::OtherEvent).with("event", event);
            (Reason::WrongEvent, explanation)
        }
        NotGenuine::BadSignature => (Reason::BadSignature, say(Key::CodeSignature)),
        NotGenuine::UnknownKey(_) => of_key(Key::KeyUnknown),
        NotGenuine::SerialOutOfRange => of_key(Key::KeyRange),
        NotGenuine::OutsideLimits => of_key(Key::KeyLimits),
        NotGenuine::KeyNotYetValid | NotGenuine::KeyExpired => of_key(Key::KeyNotActive),
    }
}
