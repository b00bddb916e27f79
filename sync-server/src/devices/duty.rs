//! For which events a device works: put there by enrolment or by the organizer, told when it asks.

use shared_model::enrol::{Duties, EnrolledEvent};
use shared_model::ids::{DeviceId, EventId, OrganizerId};

use super::{Device, Error, store};
use crate::app::App;
use crate::organizers;

/// Lets a device of the organizer, enrolled for another event before, work for `event` too.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn put_on_duty(
    app: &App,
    organizer: OrganizerId,
    event: EventId,
    device: DeviceId,
) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    let found = store::find_device(&mut tx, organizer, device).await?;
    let device = found.filter(|device| !device.node).ok_or(Error::NotFound)?;
    store::begin_duty(&mut tx, device.id, event, app.now()).await?;
    tx.commit().await?;
    app.announce(event);
    Ok(())
}

/// What `device` is told of itself.
///
/// # Errors
/// [`Error::Store`].
pub async fn duties(app: &App, device: &Device) -> Result<Duties, Error> {
    let mut conn = app.db.read();
    let events = store::events_of(&mut conn, device.id, app.now()).await?;
    Ok(Duties {
        device: device.device_no,
        name: device.name.clone(),
        organizer: organizers::name(&mut conn, device.organizer_id).await?,
        events: events
            .into_iter()
            .map(|(event, name)| EnrolledEvent { event, name })
            .collect(),
    })
}
