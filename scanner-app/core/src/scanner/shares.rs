//! This device's shares of zones with a limit: when to ask, what to keep, what is left.

use shared_model::capacity::{self, Ask, Shares, SignedShares};
use shared_model::entry::Lease;
use shared_model::ids::EventNo;
use shared_model::sync::Signed;
use shared_model::time::Timestamp;
use ticket_crypto::label::Label;

use super::{Error, Reading, Result, Scanner};
use crate::store::Read;

impl Scanner {
    /// What to ask the server, when a share has to be renewed; none while all of them will do.
    ///
    /// # Errors
    /// The store failed, or the device does not work for the event.
    pub fn asks_for_shares(&self, event: EventNo, wall: Timestamp) -> Result<Option<Ask>> {
        self.store.read(|tx| {
            let state = self.event_in(tx, event)?;
            if state.book_number == 0 {
                return Ok(None);
            }
            let book = self.book_in(tx, event)?;
            let now = Reading::under(&tx.account()?, state.hlc, &book, wall).now();
            for (zone, _) in capacity::limited(&book) {
                let held = tx.find_share(event, zone)?;
                let held = held.filter(|held| held.actor == state.actor);
                let spent = self.spent(tx, event, zone)?;
                if held.is_none_or(|held| held.share.is_half_spent(spent, held.until, now)) {
                    return Ok(Some(Ask {
                        event,
                        actor: state.actor,
                    }));
                }
            }
            Ok(None)
        })
    }

    /// Keeps the shares that the server answered with. Those that are not genuine, or for
    /// another actor than this device is by now, are passed over.
    ///
    /// # Errors
    /// The store failed.
    pub fn take_shares(&self, event: EventNo, answer: &SignedShares) -> Result<()> {
        let signed = Signed {
            bytes: answer.bytes.clone(),
            signature: answer.signature.clone(),
        };
        self.store.write_batch(|tx| {
            let Some(key) = self.event_key(tx, event)? else {
                return Ok(());
            };
            let shares: Option<Shares> = signed.open(&key, &Label::LEASE).ok();
            let own = self.event_in(tx, event)?.actor;
            match shares.filter(|shares| shares.event == event && shares.actor == own) {
                Some(shares) => Ok::<_, Error>(tx.mark_shares(&shares)?),
                None => {
                    tracing::warn!(
                        event = event.get(),
                        "shares that are not ours were passed over"
                    );
                    Ok(())
                }
            }
        })
    }

    /// What is left of this device's share of a zone; none where it never had one. The share of
    /// an earlier actor is over, because nobody here knows what was spent of it.
    pub(super) fn share_left(
        &self,
        tx: &Read<'_>,
        event: EventNo,
        zone: u8,
    ) -> Result<Option<Lease>> {
        let Some(held) = tx.find_share(event, zone)? else {
            return Ok(None);
        };
        if held.actor != self.event_in(tx, event)?.actor {
            return Ok(Some(Lease {
                left: 0,
                until: Timestamp(i64::MIN),
            }));
        }
        let spent = self.spent(tx, event, zone)?;
        Ok(Some(held.share.lease(spent, held.until)))
    }

    fn spent(&self, tx: &Read<'_>, event: EventNo, zone: u8) -> Result<u64> {
        let (book, state) = (self.book_in(tx, event)?, self.event_in(tx, event)?);
        let mut spent: u64 = 0;
        for list in capacity::lists_into(&book, zone) {
            spent = spent.saturating_add(tx.count_let_in(event, state.actor, list.list)?);
        }
        Ok(spent)
    }
}
