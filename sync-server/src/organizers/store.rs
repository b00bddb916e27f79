//! All SQL of organizers.

use shared_model::ids::{EventNo, OrganizerId};
use shared_model::time::Timestamp;

use crate::db::{Conn, Error, Tx};
use crate::sql;

pub(super) async fn insert(
    tx: &mut Tx,
    id: OrganizerId,
    name: &str,
    now: Timestamp,
) -> Result<(), Error> {
    tx.sql(sql!(
        "INSERT INTO organizers (id, name, next_event_no, created_at) VALUES ($1, $2, 1, $3)"
    ))
    .bind(id)
    .bind(name)
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

pub(super) async fn name(conn: &mut Conn, id: OrganizerId) -> Result<String, Error> {
    let (name,) = conn
        .sql(sql!("SELECT name FROM organizers WHERE id = $1" => (String,)))
        .bind(id)
        .one()
        .await?;
    Ok(name)
}

pub(super) async fn take_event_no(tx: &mut Tx, id: OrganizerId) -> Result<EventNo, Error> {
    let (next,) = tx
        .sql(sql!(
            "UPDATE organizers SET next_event_no = next_event_no + 1
             WHERE id = $1 RETURNING next_event_no - 1" => (EventNo,)
        ))
        .bind(id)
        .one()
        .await?;
    Ok(next)
}

pub(super) async fn skip_ahead(tx: &mut Tx) -> Result<(), Error> {
    tx.sql(sql!(
        "UPDATE organizers SET next_event_no = next_event_no + 100"
    ))
    .execute()
    .await?;
    Ok(())
}
