//! Live codes: the code of this half minute, so that a screenshot grows old.
//!
//! Both keyed forms: the MAC that a page or the holder's own program shows, and the
//! digits that a wallet pass can compute by itself.

use shared_model::ids::{EventId, EventNo};
use shared_model::time::Timestamp;
use ticket_crypto::live::STEP_MS;
use ticket_crypto::token::{Kind, Token};

use super::{Error, Ticket, body, has_code};
use crate::db::Conn;
use crate::keys;
use crate::master_key::MasterKey;

/// What the holder of a ticket shows instead of its paper code.
#[derive(Debug, Clone)]
pub struct LiveCode {
    /// The text of the code to show now.
    pub text: String,
    /// When the next one is due.
    pub changes_at: Timestamp,
    /// The text without its rotating part; with `key` the holder's program makes the rest.
    pub token: String,
    /// The ticket's own key of MAC codes.
    pub key: [u8; 32],
    /// The ticket's own TOTP key (SHA-1, eight digits, 30 s), for a wallet pass.
    pub wallet_key: [u8; 20],
}

/// The ticket's live code at `now`.
///
/// # Errors
/// [`Error::NoCode`] where it has none.
pub async fn live_code(
    conn: &mut Conn,
    master: &MasterKey,
    (event, number): (EventId, EventNo),
    ticket: &Ticket,
    now: Timestamp,
) -> Result<LiveCode, Error> {
    if !has_code(&ticket.record) {
        return Err(Error::NoCode);
    }
    let signing = keys::ticket_signing_key(conn, master, event, ticket.record.kid).await?;
    let token = body(number, ticket, Kind::Mac).sign(&signing)?;
    Ok(at(token, &keys::live_key(master, event), now))
}

fn at(token: Token, event: &keys::EventLiveKey, now: Timestamp) -> LiveCode {
    let key = event.ticket_key(token.body());
    let wallet_key = *event.wallet_secret(token.body()).to_bytes();
    let bare = token.text();
    let part = key.part_at(&token, now.as_millis());
    let shown = token
        .with_live(Some(part))
        .expect("a MAC fits a token of the keyed kind");
    let step = now.as_millis().div_euclid(STEP_MS);
    LiveCode {
        text: shown.text(),
        changes_at: Timestamp(step.saturating_add(1).saturating_mul(STEP_MS)),
        token: bare,
        key: *key.to_bytes(),
        wallet_key,
    }
}
