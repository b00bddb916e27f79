//! Becoming one of the organizer's devices.
//!
//! Keys are made here and never leave; the server gets proof that both are held.
//! They are kept, and the folder is tried, before the one-time code is spent: a machine
//! that cannot keep them says so while the code is still good. The network is the
//! caller's: [`Enrolling::request`] is sent, the answer given to [`Enrolling::finish`].

use std::io::Write as _;
use std::path::{Path, PathBuf};

use rand::CryptoRng;
use shared_model::enrol::{Enrol, Enrolled, proof_message};
use shared_model::time::Timestamp;
use ticket_crypto::keys::SigningKey;
use ticket_crypto::label::Label;
use ticket_crypto::signature;

use super::{Result, Scanner};
use crate::keys::{KeyStore, Secrets, public};
use crate::store::{self, Account, Store};
use crate::sync::trust::Trust;

/// Room for an empty store.
const TRIAL_BYTES: usize = 1 << 20;

/// A device between its request and the server's answer: its keys are kept and nothing else.
pub struct Enrolling {
    name: String,
    folder: PathBuf,
    keys: KeyStore,
    secrets: Secrets,
}

/// Where the server is, and how it is known that it is the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    address: String,
    trust: Trust,
}

impl Server {
    /// The server at `address`, `http://` or `https://`; a path and slashes at the end are cut off.
    #[must_use]
    pub fn parse(address: &str) -> Option<Self> {
        let address = address.trim();
        let (scheme, rest) = address.split_once("://")?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let known = scheme == "http" || scheme == "https";
        (known && !host.is_empty() && !host.contains(char::is_whitespace)).then(|| Self {
            address: format!("{scheme}://{host}"),
            trust: Trust::System,
        })
    }

    /// The same server, believed for another reason; none where nothing is to be believed,
    /// because the address is no `https://`.
    #[must_use]
    pub fn trusting(self, trust: Trust) -> Option<Self> {
        let secured = self.address.starts_with("https://");
        (secured || trust == Trust::System).then_some(Self { trust, ..self })
    }

    /// The server of an account; none where its address is none.
    #[must_use]
    pub fn of(account: &Account) -> Option<Self> {
        Self::parse(&account.server)?.trusting(account.trust.clone())
    }

    /// Its address without a slash at the end.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Whose word counts for it.
    #[must_use]
    pub fn trust(&self) -> &Trust {
        &self.trust
    }
}

impl Enrolling {
    /// A new device that people will call `name`, with its keys in `keys` and its store in
    /// `folder`. Keys that an earlier attempt left are replaced.
    ///
    /// # Errors
    /// There is a store in `folder` already, or keys or data cannot be kept here: no code was
    /// spent.
    pub fn begin<R: CryptoRng + ?Sized>(
        name: &str,
        folder: &Path,
        keys: KeyStore,
        rng: &mut R,
    ) -> Result<Self> {
        if Store::exists(folder) {
            return Err(store::Error::Exists(folder.to_owned()).into());
        }
        try_room(folder).map_err(store::Error::from)?;
        let secrets = Secrets::generate(rng);
        keys.save(&secrets, rng)?;
        Ok(Self {
            name: name.to_owned(),
            folder: folder.to_owned(),
            keys,
            secrets,
        })
    }

    /// What to send to the server for the one-time `code`.
    #[must_use]
    pub fn request(&self, code: &str) -> Enrol {
        let (fact, transport) = (self.secrets.fact_key(), self.secrets.transport_key());
        let message = proof_message(code, &public(&fact), &public(&transport));
        let prove = |key: &SigningKey| hex::encode(signature::sign(key, &Label::PROOF, &message));
        Enrol {
            code: code.to_owned(),
            name: self.name.clone(),
            fact_key: public(&fact),
            transport_key: public(&transport),
            fact_proof: prove(&fact),
            transport_proof: prove(&transport),
        }
    }

    /// Makes the store.
    ///
    /// `wall` is what the device's clock said when the answer came.
    ///
    /// # Errors
    /// The store could not be made.
    pub fn finish<R: CryptoRng + ?Sized>(
        self,
        server: &Server,
        answer: &Enrolled,
        wall: Timestamp,
        rng: &mut R,
    ) -> Result<Scanner> {
        let store = Store::create(&self.folder, &self.secrets.store_key())?;
        let account = Account {
            server: server.address().to_owned(),
            trust: server.trust().clone(),
            organizer: answer.organizer.clone(),
            device_id: answer.device_id,
            device: answer.device,
            name: self.name,
            token: answer.token.clone(),
            root_key: answer.root_key,
            incarnation: answer.incarnation,
            enrolled_at: answer.now,
            revoked: false,
            offset_ms: Some(answer.now.millis_since(wall)),
            measured_at: Some(wall),
        };
        let scanner = Scanner::new(&self.folder, store, self.keys, self.secrets);
        scanner.store.write(|tx| {
            tx.insert_account(&account)?;
            for event in &answer.events {
                scanner.take_on(tx, event.event, &event.name, rng)?;
            }
            Ok::<_, super::Error>(())
        })?;
        scanner.remember(rng)?;
        Ok(scanner)
    }
}

/// Whether `folder` takes as much as an empty store.
fn try_room(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join("trial");
    let written = std::fs::File::create(&path).and_then(|mut file| {
        file.write_all(&vec![0; TRIAL_BYTES])?;
        file.sync_all()
    });
    let removed = std::fs::remove_file(&path);
    written.and(removed)
}
