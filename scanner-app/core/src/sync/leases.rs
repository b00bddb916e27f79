//! What a device is lent by the server: serials to sell, and shares of capacity to spend.
//!
//! Asked for after an exchange: serials when the book says that there are some, shares when
//! half of one is spent.

use rand::CryptoRng;
use shared_model::capacity::SignedShares;
use shared_model::ids::EventNo;
use shared_model::lease::Leases;

use super::Wall;
use super::http::{Error, Http};
use crate::scanner::Scanner;

/// Leases claimed at one contact.
const MOST_LEASES: u32 = 16;

impl Http {
    /// Claims every lease of serials that this device was offered, and hears which were ended.
    /// Says whether there are new ones: another exchange then brings the book that names them.
    ///
    /// # Errors
    /// As for [`Http::sync`].
    pub async fn claim_leases<R: CryptoRng + Send>(
        &self,
        scanner: &Scanner,
        event: EventNo,
        rng: &mut R,
    ) -> Result<bool, Error> {
        let mut news = false;
        if !scanner.asks_for_leases(event)? {
            return Ok(news);
        }
        for _ in 0..MOST_LEASES {
            let claim = scanner.claim(event, rng)?;
            let answer: Leases = self.ask(scanner, "/device/v1/leases", &claim).await?;
            if scanner.take_leases(event, &answer)?.is_none() {
                break;
            }
            news = true;
        }
        Ok(news)
    }

    /// Renews this device's shares of zones with a limit, where it is time.
    ///
    /// # Errors
    /// As for [`Http::sync`].
    pub async fn renew_shares(
        &self,
        scanner: &Scanner,
        event: EventNo,
        wall: Wall<'_>,
    ) -> Result<(), Error> {
        if let Some(ask) = scanner.asks_for_shares(event, wall())? {
            let answer: SignedShares = self.ask(scanner, "/device/v1/shares", &ask).await?;
            scanner.take_shares(event, &answer)?;
        }
        Ok(())
    }
}
