//! Claiming leases of serials, under keys that this device makes.
//!
//! The network is the caller's, as at enrolment: [`Scanner::claim`] is sent, the answer given
//! to [`Scanner::take_leases`]. What the key is made with is stored before the claim is sent,
//! so an answer that is lost on the way comes again.

use rand::CryptoRng;
use shared_model::ids::{EventNo, Kid};
use shared_model::lease::{Claim, Leases, claim_message};
use ticket_crypto::label::Label;
use ticket_crypto::signature;

use super::{Result, Scanner};
use crate::keys::public;

impl Scanner {
    /// Whether the server has to be asked about leases: the book says that one was offered,
    /// or one that is open here may have been ended.
    ///
    /// # Errors
    /// The store failed, or the device does not work for the event.
    pub fn asks_for_leases(&self, event: EventNo) -> Result<bool> {
        self.store.read(|tx| {
            if self.event_in(tx, event)?.book_number == 0 {
                return Ok(false);
            }
            let book = self.book_in(tx, event)?;
            let own = book.roster.device_of(&self.fact_public);
            let offered = own.and_then(|own| own.sells_under);
            Ok(offered.is_some() || !tx.list_sales_leases(event)?.is_empty())
        })
    }

    /// What to send to the server to claim what this device was offered.
    ///
    /// # Errors
    /// The store failed.
    pub fn claim<R: CryptoRng + ?Sized>(&self, event: EventNo, rng: &mut R) -> Result<Claim> {
        let mut fresh = [0; 16];
        rng.fill_bytes(&mut fresh);
        self.store.write_batch(|tx| {
            let actor = self.event_in(tx, event)?.actor;
            let nonce = match tx.find_sales_claim(event, actor)? {
                Some(nonce) => nonce,
                None => {
                    tx.insert_sales_claim(event, actor, fresh)?;
                    fresh
                }
            };
            let key = self.secrets().box_office_key(event, &nonce);
            let message = claim_message(tx.account()?.device_id, event, &public(&key));
            Ok(Claim {
                event,
                key: public(&key),
                proof: hex::encode(signature::sign(&key, &Label::PROOF, &message)),
            })
        })
    }

    /// Keeps what the server answered to [`Scanner::claim`]; the lease that came with it, if any.
    ///
    /// # Errors
    /// The store failed.
    pub fn take_leases(&self, event: EventNo, answer: &Leases) -> Result<Option<Kid>> {
        self.store.write_batch(|tx| {
            let actor = self.event_in(tx, event)?.actor;
            let claimed = match (&answer.claimed, tx.find_sales_claim(event, actor)?) {
                (Some(lease), Some(nonce)) => {
                    tx.mark_claimed(event, nonce, lease)?;
                    Some(lease.kid)
                }
                _ => None,
            };
            tx.mark_open(event, &answer.open)?;
            Ok(claimed)
        })
    }
}
