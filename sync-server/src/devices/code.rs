//! Enrolment codes: short enough to type, alive for minutes.

use rand::Rng;
use shared_model::ids::{EventId, OrganizerId};
use shared_model::time::Timestamp;
use uuid::Uuid;

use super::{Error, Scope, store};
use crate::app::App;
use crate::clock::new_id;

/// Letters and digits that nobody takes for another (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Symbols in a code: 60 bits.
const SYMBOLS: usize = 12;

/// A code that enrols one device.
#[derive(Debug, Clone)]
pub struct Code {
    /// To speak of it without saying it.
    pub id: Uuid,
    /// What the device is told; not stored.
    pub text: String,
    /// Last instant at which it enrols.
    pub expires_at: Timestamp,
}

impl Code {
    /// Makes a code that enrols one device for `scope` within `minutes`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn make(app: &App, scope: Scope, minutes: u16) -> Result<Self, Error> {
        let (now, mut rng) = (app.now(), app.rng());
        let code = Self {
            id: new_id(now, &mut rng),
            text: draw(&mut rng),
            expires_at: now.plus_millis(i64::from(minutes) * 60_000),
        };
        let mut tx = app.db.begin().await?;
        store::insert_code(&mut tx, &code, hash(app, &code.text), scope, now).await?;
        tx.commit().await?;
        Ok(code)
    }
}

/// The hash under which a code is stored, however it was typed.
pub(super) fn hash(app: &App, text: &str) -> [u8; 32] {
    app.master_key
        .derive("enrolment code", canonical(text).as_bytes())
}

fn draw(rng: &mut impl Rng) -> String {
    let mut bytes = [0; SYMBOLS];
    rng.fill_bytes(&mut bytes);
    let mut text = String::with_capacity(SYMBOLS + 2);
    for (place, byte) in bytes.into_iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    text
}

/// A code however it was typed.
pub(super) fn canonical(text: &str) -> String {
    text.chars()
        .filter(|letter| letter.is_ascii_alphanumeric())
        .take(64)
        .map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

/// The scope of an unused code, which is used with this call.
pub(super) struct Used {
    /// Whose.
    pub organizer: OrganizerId,
    /// For which event.
    pub event: EventId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Entropy;

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        let text = draw(&mut Entropy::seeded(3).fork());
        assert_eq!(text.len(), 14);
        assert_eq!(
            canonical(&text),
            canonical(&text.to_lowercase().replace('-', " "))
        );
        assert_eq!(canonical("oIl-0"), "0110");
    }
}
