//! Opening what an earlier run left, and noticing a store that was put back.

use std::path::Path;

use rand::CryptoRng;
use shared_model::ids::{Epoch, EventNo};
use shared_model::log::actor_id;

use super::{Error, Result, Scanner, rehearse};
use crate::keys::{KeyStore, Mark};
use crate::store::{Store, Write};

impl Scanner {
    /// Opens the scanner in `folder` with the keys kept in `keys`.
    ///
    /// A store that is behind what the keys remember was put back from a copy: it goes on
    /// under a new name, so that no number is used twice.
    ///
    /// # Errors
    /// The device is not enrolled, another process has the store, or keys or store failed.
    pub fn open<R: CryptoRng + ?Sized>(folder: &Path, keys: KeyStore, rng: &mut R) -> Result<Self> {
        if !Store::exists(folder) {
            return Err(crate::store::Error::Missing(folder.to_owned()).into());
        }
        let secrets = keys.load()?;
        let store = Store::open(folder, &secrets.store_key())?;
        let scanner = Self::new(folder, store, keys, secrets);
        scanner.let_go_of_unreadable_books()?;
        for event in scanner.store.read(|tx| tx.list_events())? {
            let own = scanner
                .store
                .read(|tx| tx.find_tip(event.event, event.actor))?;
            let restored = scanner.secrets().mark(event.event).is_some_and(|mark| {
                mark.actor != event.actor || own.map_or(0, |tip| tip.seq) < mark.seq
            });
            if restored {
                tracing::warn!(
                    event = event.event.get(),
                    "the store was put back; writing on as a new actor"
                );
                scanner.renew(event.event, rng)?;
            }
        }
        scanner.remember(rng)?;
        Ok(scanner)
    }

    /// Goes on under a new name for `event`.
    ///
    /// # Errors
    /// The store failed.
    pub fn renew<R: CryptoRng + ?Sized>(&self, event: EventNo, rng: &mut R) -> Result<()> {
        self.store.write(|tx| {
            let epoch = new_epoch(rng);
            let actor = actor_id(&self.fact_public, &epoch);
            tx.mark_actor(event, epoch, actor)
        })?;
        Ok(())
    }

    /// Keeps with the keys how far this device has written; not on the way to any verdict.
    ///
    /// # Errors
    /// The key store failed.
    pub fn remember<R: CryptoRng + ?Sized>(&self, rng: &mut R) -> Result<()> {
        let mut news = false;
        let mut secrets = self.secrets();
        for event in self.store.read(|tx| tx.list_events())? {
            let own = self
                .store
                .read(|tx| tx.find_tip(event.event, event.actor))?;
            let mark = Mark {
                actor: event.actor,
                seq: own.map_or(0, |tip| tip.seq),
            };
            news |= secrets.set_mark(event.event, mark);
        }
        if news {
            self.keys.save(&secrets, rng)?;
        }
        Ok(())
    }

    /// Forgets the keys, then deletes the files in `folder`: nothing can be read any more.
    ///
    /// # Errors
    /// Keys or files could not be removed.
    pub fn wipe(folder: &Path, keys: &KeyStore) -> Result<()> {
        keys.delete()?;
        rehearse::wipe(folder)?;
        Store::wipe(folder).map_err(Error::from)
    }

    /// Takes an event on, writing under a new name.
    pub(super) fn take_on<R: CryptoRng + ?Sized>(
        &self,
        tx: &Write<'_>,
        event: EventNo,
        name: &str,
        rng: &mut R,
    ) -> Result<()> {
        let epoch = new_epoch(rng);
        let actor = actor_id(&self.fact_public, &epoch);
        Ok(tx.insert_event(event, name, epoch, actor)?)
    }
}

fn new_epoch<R: CryptoRng + ?Sized>(rng: &mut R) -> Epoch {
    let mut epoch = [0; 16];
    rng.fill_bytes(&mut epoch);
    Epoch(epoch)
}
