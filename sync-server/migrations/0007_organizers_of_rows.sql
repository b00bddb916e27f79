-- Rows of an organizer name it, also those that reached it only through their event.

ALTER TABLE event_counters ADD COLUMN organizer_id {id} REFERENCES organizers (id);

UPDATE event_counters SET organizer_id = (SELECT events.organizer_id FROM events WHERE events.id = event_counters.event_id);

{postgres}ALTER TABLE event_counters ALTER COLUMN organizer_id SET NOT NULL;

ALTER TABLE ticket_keys ADD COLUMN organizer_id {id} REFERENCES organizers (id);

UPDATE ticket_keys SET organizer_id = (SELECT events.organizer_id FROM events WHERE events.id = ticket_keys.event_id);

{postgres}ALTER TABLE ticket_keys ALTER COLUMN organizer_id SET NOT NULL;

ALTER TABLE quota_tiers ADD COLUMN organizer_id {id} REFERENCES organizers (id);

UPDATE quota_tiers SET organizer_id = (SELECT events.organizer_id FROM events WHERE events.id = quota_tiers.event_id);

{postgres}ALTER TABLE quota_tiers ALTER COLUMN organizer_id SET NOT NULL;

ALTER TABLE positions ADD COLUMN organizer_id {id} REFERENCES organizers (id);

UPDATE positions SET organizer_id = (SELECT events.organizer_id FROM events WHERE events.id = positions.event_id);

{postgres}ALTER TABLE positions ALTER COLUMN organizer_id SET NOT NULL;

ALTER TABLE idempotency ADD COLUMN organizer_id {id} REFERENCES organizers (id);

UPDATE idempotency SET organizer_id = (SELECT events.organizer_id FROM events WHERE events.id = idempotency.event_id);

{postgres}ALTER TABLE idempotency ALTER COLUMN organizer_id SET NOT NULL;

ALTER TABLE tickets ADD COLUMN organizer_id {id} REFERENCES organizers (id);

UPDATE tickets SET organizer_id = (SELECT events.organizer_id FROM events WHERE events.id = tickets.event_id);

{postgres}ALTER TABLE tickets ALTER COLUMN organizer_id SET NOT NULL;

ALTER TABLE leases ADD COLUMN organizer_id {id} REFERENCES organizers (id);

UPDATE leases SET organizer_id = (SELECT events.organizer_id FROM events WHERE events.id = leases.event_id);

{postgres}ALTER TABLE leases ALTER COLUMN organizer_id SET NOT NULL;

ALTER TABLE lease_tiers ADD COLUMN organizer_id {id} REFERENCES organizers (id);

UPDATE lease_tiers SET organizer_id = (SELECT events.organizer_id FROM events WHERE events.id = lease_tiers.event_id);

{postgres}ALTER TABLE lease_tiers ALTER COLUMN organizer_id SET NOT NULL;

ALTER TABLE device_duties ADD COLUMN organizer_id {id} REFERENCES organizers (id);

UPDATE device_duties SET organizer_id = (SELECT events.organizer_id FROM events WHERE events.id = device_duties.event_id);

{postgres}ALTER TABLE device_duties ALTER COLUMN organizer_id SET NOT NULL;

ALTER TABLE device_gates ADD COLUMN organizer_id {id} REFERENCES organizers (id);

UPDATE device_gates SET organizer_id = (SELECT events.organizer_id FROM events WHERE events.id = device_gates.event_id);

{postgres}ALTER TABLE device_gates ALTER COLUMN organizer_id SET NOT NULL;
