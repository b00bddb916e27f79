-- Shares of zones with a limit: people that a device may ever let in as that actor.

CREATE TABLE zone_shares (
    organizer_id {id} NOT NULL REFERENCES organizers (id),
    event_id {id} NOT NULL REFERENCES events (id),
    -- The device's number in the roster.
    device_no {int} NOT NULL,
    zone {int} NOT NULL,
    actor {bytes} NOT NULL,
    total {int} NOT NULL CHECK (total >= 0),
    PRIMARY KEY (event_id, device_no, zone)
) {strict};
