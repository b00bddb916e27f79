//! The key store of the operating system: Secret Service, Keychain, Credential Manager, Android's
//! Keystore.
//!
//! Connected when it is first needed, and again after it failed: a desktop may start its key
//! store after this program, or anew while it runs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keyring_core::Entry;
use keyring_core::api::CredentialStore;
use zeroize::Zeroizing;

use super::Error;

const SERVICE: &str = "bilten-scan";

/// How an entry is kept. iOS would put it into the phone's backups, from which it comes onto other
/// phones, and would not give it while the screen is locked.
const KEPT: &[(&str, &str)] = if cfg!(target_os = "ios") {
    &[("access-policy", "after-first-unlock-this-device-only")]
} else {
    &[]
};

type Outcome<T> = keyring_core::Result<T>;

/// The connection, while it works.
static CONNECTED: Mutex<Option<Arc<CredentialStore>>> = Mutex::new(None);

/// Whether there is a key store and it answers; nothing of the device is written, and nobody is
/// asked. Android's makes the key that would seal the secrets.
pub(super) fn available() -> Result<(), Error> {
    apart(|| store().map(drop))
}

pub(super) fn load(name: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    with_entry(name, |entry| entry.get_secret().map(Zeroizing::new))
}

pub(super) fn save(name: &str, bytes: &[u8]) -> Result<(), Error> {
    with_entry(name, |entry| entry.set_secret(bytes))
}

pub(super) fn delete(name: &str) -> Result<(), Error> {
    match with_entry(name, Entry::delete_credential) {
        Err(Error::Missing) => Ok(()),
        other => other,
    }
}

fn with_entry<T: Send>(name: &str, act: impl Fn(&Entry) -> Outcome<T> + Sync) -> Result<T, Error> {
    let attempt = || {
        let done = apart(|| {
            let entry = store()?.build(SERVICE, name, Some(&KEPT.iter().copied().collect()));
            let entry = entry.map_err(told)?;
            act(&entry).map_err(told)
        });
        if let Err(Error::KeyStore(_)) = done {
            *connected() = None;
        }
        done
    };
    let before = connected().is_some();
    match attempt() {
        // One that was started anew does not know who was connected to the one before.
        Err(Error::KeyStore(_)) if before => attempt(),
        done => done,
    }
}

/// Runs on a thread of its own: where a runtime of the caller's is running, these libraries
/// may want to start theirs and panic.
fn apart<T: Send>(act: impl FnOnce() -> Result<T, Error> + Send) -> Result<T, Error> {
    std::thread::scope(|scope| scope.spawn(act).join())
        .unwrap_or_else(|_| Err(Error::KeyStore("its library panicked".into())))
}

fn store() -> Result<Arc<CredentialStore>, Error> {
    let mut connected = connected();
    if let Some(store) = connected.as_ref() {
        return Ok(Arc::clone(store));
    }
    let store = connect().map_err(|error| Error::NoKeyStore(error.into()))?;
    *connected = Some(Arc::clone(&store));
    Ok(store)
}

fn connected() -> MutexGuard<'static, Option<Arc<CredentialStore>>> {
    CONNECTED.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(all(unix, not(any(target_vendor = "apple", target_os = "android"))))]
fn connect() -> Outcome<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn connect() -> Outcome<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(target_os = "ios")]
fn connect() -> Outcome<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::protected::Store::new()?)
}

#[cfg(windows)]
fn connect() -> Outcome<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// The system's library finds the app by what the window's library said of it at start.
#[cfg(target_os = "android")]
fn connect() -> Outcome<Arc<CredentialStore>> {
    Ok(android_native_keyring_store::Store::new()?)
}

/// What went wrong, as something a person can act on.
fn told(error: keyring_core::Error) -> Error {
    use keyring_core::Error as Keyring;

    match error {
        Keyring::NoEntry => Error::Missing,
        Keyring::NoDefaultStore => Error::NoKeyStore(error.into()),
        Keyring::PlatformFailure(below) | Keyring::NoStorageAccess(below) => platform(below),
        error => Error::KeyStore(error.into()),
    }
}

#[cfg(all(unix, not(any(target_vendor = "apple", target_os = "android"))))]
fn platform(below: super::Source) -> Error {
    use secret_service::Error as Service;

    match below.downcast_ref::<Service>() {
        Some(Service::Locked | Service::Prompt | Service::PromptDisconnected) => {
            Error::Locked(below)
        }
        Some(Service::NoResult) => Error::NoCollection(below),
        _ => Error::KeyStore(below),
    }
}

#[cfg(not(all(unix, not(any(target_vendor = "apple", target_os = "android")))))]
fn platform(below: super::Source) -> Error {
    Error::KeyStore(below)
}
