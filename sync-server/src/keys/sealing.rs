//! Under which master key the secrets in the database are sealed, and changing it.
//!
//! A change is one transaction: every secret opens with the key of before, or every secret
//! opens with the next. Whoever seals holds the sealing until the commit, so a server that
//! still has the key of before cannot add a secret that the next one does not open.
//!
//! Source: docs/decisions/0098-changing-the-master-key.md

use rand::Rng;

use super::{Error, event_purpose, root_purpose, store, ticket_purpose};
use crate::db::{self, Conn, Tx};
use crate::master_key::{self, MasterKey};

/// The tables with a column `sealed`: a change of the master key goes through each.
pub const TABLES: &[&str] = &["root_keys", "event_keys", "ticket_keys", "node_keys"];

/// Holds the sealing until the commit, for whoever is about to seal a secret with `master`.
///
/// # Errors
/// [`master_key::Error::Stale`] when the master key was changed since `master` was read.
pub async fn hold(tx: &mut Tx, master: &MasterKey) -> Result<(), Error> {
    if store::lock_sealing(tx).await? != master.changes() {
        return Err(master_key::Error::Stale.into());
    }
    Ok(())
}

/// `master` as the database knows it: after how many changes, and what it derives from.
///
/// # Errors
/// When it is not the key of this database.
pub async fn known(conn: &mut Conn, master: MasterKey) -> Result<MasterKey, Error> {
    let (changes, derivation) = store::find_sealing(conn).await?.unwrap_or_default();
    Ok(master.after_changes(changes, derivation.as_deref())?)
}

/// Seals the organizers', events' and tickets' keys for `next` in place of `master`; how many.
///
/// # Errors
/// When one of them does not open: then nothing may be committed.
pub(crate) async fn reseal(
    tx: &mut Tx,
    master: &MasterKey,
    next: &MasterKey,
    rng: &mut impl Rng,
) -> Result<u64, Error> {
    let mut count = 0;
    for (organizer, sealed) in store::list_roots(tx).await? {
        let sealed = again(master, next, &root_purpose(organizer), &sealed, rng)?;
        store::replace_root(tx, organizer, sealed).await?;
        count += 1;
    }
    for (event, sealed) in store::list_event_keys(tx).await? {
        let sealed = again(master, next, &event_purpose(event), &sealed, rng)?;
        store::replace_event_key(tx, event, sealed).await?;
        count += 1;
    }
    for (event, kid, sealed) in store::list_own_ticket_keys(tx).await? {
        let sealed = again(master, next, &ticket_purpose(event, kid), &sealed, rng)?;
        store::replace_ticket_key(tx, (event, kid), sealed).await?;
        count += 1;
    }
    let derivation = master.derivation_for(next, rng);
    store::count_change(tx, derivation).await?;
    Ok(count)
}

/// What `master` sealed, sealed by `next`.
///
/// # Errors
/// When it does not open.
pub(crate) fn again(
    master: &MasterKey,
    next: &MasterKey,
    purpose: &str,
    sealed: &[u8],
    rng: &mut impl Rng,
) -> Result<Vec<u8>, master_key::Error> {
    let secret = master.open(purpose, sealed)?;
    Ok(next.seal(purpose, &secret, rng))
}

/// Forgets which key seals: an empty database is about to be filled from another.
pub(crate) async fn forget(tx: &mut Tx) -> Result<(), db::Error> {
    store::delete_sealing(tx).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_with_a_sealed_column_is_sealed_again() {
        let mut with_sealed: Vec<&str> = Vec::new();
        for (_, text) in db::MIGRATIONS {
            for table in text.split("CREATE TABLE ").skip(1) {
                let body = table.split(";\n").next().unwrap_or_default();
                let name = table.split_whitespace().next().unwrap_or_default();
                if body.lines().any(|line| line.trim().starts_with("sealed ")) {
                    with_sealed.push(name);
                }
            }
        }
        assert_eq!(with_sealed, TABLES);
    }
}
