//! A device enrols: it shows a code, proves that it holds its keys, and gets a number and a token.

use std::net::IpAddr;

use shared_model::enrol::{Enrol, Enrolled, EnrolledEvent, proof_message};
use shared_model::ids::{DeviceId, DeviceNo, EventId, OrganizerId, PublicKey};
use shared_model::time::Timestamp;
use ticket_crypto::keys::VerifyingKey;
use ticket_crypto::label::Label;
use ticket_crypto::signature;

use super::{Device, Error, clean_name, code, store};
use crate::app::App;
use crate::clock::new_id;
use crate::db::Tx;
use crate::identity::{self, Limit, hash_token, new_token};
use crate::{keys, organizers};

/// What device tokens begin with.
const PREFIX: &str = "bld_";

/// Enrols the device that sent `enrol`; the event it may now work for and the answer.
///
/// A device that was enrolled by the same organizer before keeps its number and gets
/// the event added and a new token.
///
/// # Errors
/// [`Error::Code`], [`Error::Key`], [`Error::Proof`], [`Error::SameKey`],
/// [`Error::KeyTaken`], [`Error::Name`], [`Error::TooMany`], [`Error::Tries`], [`Error::Store`].
pub async fn enrol(app: &App, from: IpAddr, enrol: &Enrol) -> Result<(EventId, Enrolled), Error> {
    let (network, code) = (identity::network(from), code::canonical(&enrol.code));
    let tries = [(Limit::EnrolFrom, network.as_str()), (Limit::Code, &code)];
    identity::take(app, &tries).await?;
    let name = clean_name(&enrol.name)?;
    check_proofs(enrol)?;
    let (now, mut rng) = (app.now(), app.rng());
    let token = new_token(PREFIX, &mut rng);

    let mut tx = app.db.begin().await?;
    let used = store::use_code(&mut tx, code::hash(app, &enrol.code), now)
        .await?
        .ok_or(Error::Code)?;
    let known = store::find_by_fact_key(&mut tx, used.organizer, enrol.fact_key).await?;
    let (id, device) = match known {
        Some(known) => {
            renew(&mut tx, &known, &name, enrol.transport_key, &token).await?;
            (known.id, known.device_no)
        }
        None => {
            let device = Device {
                id: DeviceId(new_id(now, &mut rng)),
                organizer_id: used.organizer,
                device_no: store::next_number(&mut tx, used.organizer).await?,
                name,
                node: false,
                fact_key: enrol.fact_key,
                transport_key: enrol.transport_key,
                created_at: now,
                last_seen_at: None,
            };
            store::insert_device(&mut tx, &device, Some(hash_token(&token))).await?;
            (device.id, device.device_no)
        }
    };
    store::begin_duty(&mut tx, id, used.event, now).await?;
    let answer = answer(&mut tx, app, used.organizer, (id, device), token, now).await?;
    tx.commit().await?;
    Ok((used.event, answer))
}

fn check_proofs(enrol: &Enrol) -> Result<(), Error> {
    if enrol.fact_key == enrol.transport_key {
        return Err(Error::SameKey);
    }
    let message = proof_message(&enrol.code, &enrol.fact_key, &enrol.transport_key);
    check_proof(
        &message,
        &enrol.fact_key,
        &enrol.fact_proof,
        ["fact_key", "fact_proof"],
    )?;
    check_proof(
        &message,
        &enrol.transport_key,
        &enrol.transport_proof,
        ["transport_key", "transport_proof"],
    )
}

fn check_proof(
    message: &[u8],
    key: &PublicKey,
    proof: &str,
    [key_field, proof_field]: [&'static str; 2],
) -> Result<(), Error> {
    let key = VerifyingKey::from_bytes(&key.0).map_err(|source| Error::Key {
        field: key_field,
        source,
    })?;
    let mut bytes = [0; signature::LEN];
    hex::decode_to_slice(proof, &mut bytes).map_err(|_| Error::Proof(proof_field))?;
    signature::verify(&key, &Label::PROOF, message, &bytes).map_err(|_| Error::Proof(proof_field))
}

async fn renew(
    tx: &mut Tx,
    known: &Device,
    name: &str,
    transport_key: PublicKey,
    token: &str,
) -> Result<(), Error> {
    if known.node || known.transport_key != transport_key {
        return Err(Error::KeyTaken);
    }
    store::renew_device(tx, known.id, name, hash_token(token)).await?;
    Ok(())
}

async fn answer(
    tx: &mut Tx,
    app: &App,
    organizer: OrganizerId,
    (device_id, device): (DeviceId, DeviceNo),
    token: String,
    now: Timestamp,
) -> Result<Enrolled, Error> {
    let events = store::events_of(tx, device_id, now).await?;
    Ok(Enrolled {
        device_id,
        device,
        token,
        organizer: organizers::name(tx, organizer).await?,
        root_key: keys::root_public_key(tx, organizer).await?,
        incarnation: app.incarnation,
        now,
        events: events
            .into_iter()
            .map(|(event, name)| EnrolledEvent { event, name })
            .collect(),
    })
}
