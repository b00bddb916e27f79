//! Sessions that this process looked up a moment ago: a gate that redeems many codes need not
//! have the database asked for each.
//!
//! One that ends here is forgotten at once; one that another program ends, within [`TRUSTED`].

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use shared_model::time::Timestamp;
use tokio::time::Instant;

use super::Session;

/// How long a session at hand is taken for one that lasts.
pub const TRUSTED: Duration = Duration::from_secs(1);

/// Most sessions at hand: some hundred bytes each.
const MOST: usize = 4096;

/// The sessions at hand.
#[derive(Debug, Default)]
pub struct Sessions(Mutex<AtHand>);

#[derive(Debug, Default)]
struct AtHand {
    /// Rises with every session that ends here.
    ended: u64,
    known: HashMap<[u8; 32], Known>,
}

/// What the database said of a token.
#[derive(Debug, Clone, Copy)]
struct Known {
    session: Session,
    expires_at: Timestamp,
    looked_at: Instant,
}

/// What was found at hand of a token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    /// Whose it is; none where the database has to be asked.
    pub(super) session: Option<Session>,
    /// How many sessions had ended when it was looked for.
    ended: u64,
    /// When that was: what the database says is no older.
    looked_at: Instant,
}

impl Known {
    fn is_fresh(&self) -> bool {
        self.looked_at.elapsed() < TRUSTED
    }
}

impl Sessions {
    /// What is at hand of the token with this hash.
    pub(super) fn find(&self, token_hash: &[u8; 32], now: Timestamp) -> Found {
        let at_hand = self.lock();
        let known = at_hand.known.get(token_hash);
        let lasting = known.filter(|known| known.is_fresh() && known.expires_at > now);
        Found {
            session: lasting.map(|known| known.session),
            ended: at_hand.ended,
            looked_at: Instant::now(),
        }
    }

    /// Keeps what the database said, unless a session ended since it was looked for.
    pub(super) fn keep(
        &self,
        before: Found,
        token_hash: [u8; 32],
        (session, expires_at): (Session, Timestamp),
    ) {
        let mut at_hand = self.lock();
        if at_hand.ended != before.ended {
            return;
        }
        if at_hand.known.len() >= MOST {
            at_hand.known.retain(|_, known| known.is_fresh());
        }
        if at_hand.known.len() < MOST {
            let known = Known {
                session,
                expires_at,
                looked_at: before.looked_at,
            };
            at_hand.known.insert(token_hash, known);
        }
    }

    /// Forgets them all: one ended.
    pub(super) fn forget(&self) {
        let mut at_hand = self.lock();
        at_hand.ended += 1;
        at_hand.known.clear();
    }

    fn lock(&self) -> MutexGuard<'_, AtHand> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use shared_model::ids::{OrganizerId, UserId};
    use uuid::Uuid;

    use super::*;

    const TOKEN: [u8; 32] = [7; 32];
    const NOW: Timestamp = Timestamp::from_secs(1_000);

    fn lasting() -> (Session, Timestamp) {
        let session = Session {
            user: UserId(Uuid::from_u128(1)),
            organizer: OrganizerId(Uuid::from_u128(2)),
        };
        (session, NOW.plus_millis(1))
    }

    #[test]
    fn a_session_at_hand_lasts_until_its_end() {
        let sessions = Sessions::default();
        let before = sessions.find(&TOKEN, NOW);
        assert_eq!(before.session, None);
        sessions.keep(before, TOKEN, lasting());
        assert_eq!(sessions.find(&TOKEN, NOW).session, Some(lasting().0));
        assert_eq!(sessions.find(&TOKEN, lasting().1).session, None);
        assert_eq!(sessions.find(&[8; 32], NOW).session, None);
        sessions.forget();
        assert_eq!(sessions.find(&TOKEN, NOW).session, None);
    }

    #[test]
    fn what_was_asked_before_a_session_ended_is_not_kept() {
        let sessions = Sessions::default();
        let before = sessions.find(&TOKEN, NOW);
        sessions.forget();
        sessions.keep(before, TOKEN, lasting());
        assert_eq!(sessions.find(&TOKEN, NOW).session, None);
    }

    #[test]
    fn an_answer_that_took_long_is_as_old_as_its_question() {
        let sessions = Sessions::default();
        let before = sessions.find(&TOKEN, NOW);
        std::thread::sleep(TRUSTED);
        sessions.keep(before, TOKEN, lasting());
        assert_eq!(sessions.find(&TOKEN, NOW).session, None);
    }

    #[test]
    fn no_more_are_kept_than_fit() {
        let sessions = Sessions::default();
        for number in 0..=MOST {
            let mut token = [0; 32];
            token[..8].copy_from_slice(&number.to_be_bytes());
            sessions.keep(sessions.find(&token, NOW), token, lasting());
        }
        assert_eq!(sessions.lock().known.len(), MOST);
    }
}
