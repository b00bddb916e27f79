-- Blocks of serials that this device may sell from, each under a key of its own, which is
-- made of the device's secrets and the nonce. Without a kid: claimed, and no answer came yet.
CREATE TABLE sales_lease (
    event           INTEGER NOT NULL,
    nonce           BLOB NOT NULL,
    -- As whom this device sells from it. A store that was put back goes on under another
    -- name and leaves the block alone: what was sold from it after the copy is not here.
    actor           BLOB NOT NULL,
    kid             INTEGER,
    lease           BLOB,
    -- The server has not said that the lease was ended.
    open            INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (event, nonce)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX sales_lease_kid ON sales_lease (event, kid) WHERE kid IS NOT NULL;

-- Every serial sold, once, with the fact that says so and the wish that it answered.
CREATE TABLE sold (
    event           INTEGER NOT NULL,
    kid             INTEGER NOT NULL,
    serial          INTEGER NOT NULL,
    tier            INTEGER NOT NULL,
    actor           BLOB NOT NULL,
    seq             INTEGER NOT NULL,
    request         BLOB NOT NULL,
    PRIMARY KEY (event, kid, serial)
) STRICT, WITHOUT ROWID;
CREATE INDEX sold_request ON sold (event, request);

-- This device's share of the zones with a limit, as the server last gave it: totals of people
-- that this actor may ever let in, and beside them those that it ever let in, by list.
CREATE TABLE zone_share (
    event           INTEGER NOT NULL,
    zone            INTEGER NOT NULL,
    actor           BLOB NOT NULL,
    total           INTEGER NOT NULL,
    given           INTEGER NOT NULL,
    given_at        INTEGER NOT NULL,
    until           INTEGER NOT NULL,
    PRIMARY KEY (event, zone)
) STRICT, WITHOUT ROWID;
CREATE TABLE let_in (
    event           INTEGER NOT NULL,
    actor           BLOB NOT NULL,
    list            INTEGER NOT NULL,
    people          INTEGER NOT NULL,
    PRIMARY KEY (event, actor, list)
) STRICT, WITHOUT ROWID;
