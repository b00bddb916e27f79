-- Blocks of serials that box-office devices sell from while offline.

CREATE TABLE leases (
    event_id {id} NOT NULL REFERENCES events (id),
    kid {int} NOT NULL CHECK (kid > 0),
    device_id {id} NOT NULL REFERENCES devices (id),
    first_serial {int} NOT NULL,
    last_serial {int} NOT NULL CHECK (last_serial >= first_serial),
    -- Until when the device may sell.
    until_at {int} NOT NULL,
    -- The event key's word for the device's key; absent until the device claims the block.
    certificate {bytes},
    -- When what was not sold went back.
    ended_at {int},
    PRIMARY KEY (event_id, kid)
) {strict};

CREATE INDEX leases_device ON leases (device_id);

-- Places held for a block: part of what their quotas count as used.
CREATE TABLE lease_tiers (
    event_id {id} NOT NULL,
    kid {int} NOT NULL,
    tier_no {int} NOT NULL,
    held {int} NOT NULL CHECK (held >= 0),
    PRIMARY KEY (event_id, kid, tier_no),
    FOREIGN KEY (event_id, kid) REFERENCES leases (event_id, kid),
    FOREIGN KEY (event_id, tier_no) REFERENCES tiers (event_id, tier_no)
) {strict};
