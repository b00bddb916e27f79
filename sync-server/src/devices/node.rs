//! This server as a writer of facts: one device row and one key at each organizer.

use shared_model::ids::{DeviceId, DeviceNo, EventId, OrganizerId, PublicKey};
use ticket_crypto::keys::SigningKey;

use super::{Device, Error, node_purpose, store};
use crate::app::App;
use crate::clock::new_id;
use crate::db::Tx;
use crate::keys::sealing;
use crate::master_key::MasterKey;

/// This server at an organizer.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its number in rosters.
    pub device: DeviceNo,
    /// The key that signs its heads.
    pub fact_key: SigningKey,
}

/// This server's keys at `organizer`, on duty for `event`; made when they are first needed.
///
/// # Errors
/// [`Error::Sealed`], [`Error::TooMany`], [`Error::Store`].
pub async fn node(
    tx: &mut Tx,
    app: &App,
    name: &str,
    organizer: OrganizerId,
    event: EventId,
) -> Result<Node, Error> {
    let mut found = store::find_node(tx, organizer, name).await?;
    if found.is_none() {
        // Two requests may be the first at once: the second waits here and finds it made.
        sealing::hold(tx, &app.master_key).await?;
        found = store::find_node(tx, organizer, name).await?;
    }
    let (id, node) = match found {
        Some((id, device, sealed)) => {
            let seed = app
                .master_key
                .open(&node_purpose(organizer, name), &sealed)?;
            let seed =
                <&[u8; 32]>::try_from(&**seed).map_err(|_| crate::master_key::Error::Sealed)?;
            let fact_key = SigningKey::from_seed(seed);
            (id, Node { device, fact_key })
        }
        None => make(tx, app, name, organizer).await?,
    };
    store::begin_duty(tx, id, event, app.now()).await?;
    Ok(node)
}

async fn make(
    tx: &mut Tx,
    app: &App,
    name: &str,
    organizer: OrganizerId,
) -> Result<(DeviceId, Node), Error> {
    let (now, mut rng) = (app.now(), app.rng());
    let fact_key = SigningKey::generate(&mut rng);
    // Nobody holds its secret: a server never meets scanners as a peer.
    let transport_key = SigningKey::generate(&mut rng).verifying_key();
    let device = Device {
        id: DeviceId(new_id(now, &mut rng)),
        organizer_id: organizer,
        device_no: store::next_number(tx, organizer).await?,
        name: name.to_owned(),
        node: true,
        fact_key: PublicKey(fact_key.verifying_key().to_bytes()),
        transport_key: PublicKey(transport_key.to_bytes()),
        created_at: now,
        last_seen_at: None,
    };
    store::insert_device(tx, &device, None).await?;
    let purpose = node_purpose(organizer, name);
    let sealed = app
        .master_key
        .seal(&purpose, &*fact_key.to_seed(), &mut rng);
    store::insert_node(tx, organizer, name, device.id, sealed).await?;
    let node = Node {
        device: device.device_no,
        fact_key,
    };
    Ok((device.id, node))
}

/// Seals every server's key for `next` in place of `master`; how many.
///
/// # Errors
/// When one of them does not open: then nothing may be committed.
pub(crate) async fn reseal(
    tx: &mut Tx,
    master: &MasterKey,
    next: &MasterKey,
    rng: &mut impl rand::Rng,
) -> Result<u64, Error> {
    let mut count = 0;
    for (organizer, name, sealed) in store::list_node_keys(tx).await? {
        let purpose = node_purpose(organizer, &name);
        let sealed = sealing::again(master, next, &purpose, &sealed, rng)?;
        store::replace_node_key(tx, organizer, &name, sealed).await?;
        count += 1;
    }
    Ok(count)
}
