-- Consumers follow the outbox by positions, which become visible in their order; ids do not.

ALTER TABLE outbox ADD COLUMN position {int};

CREATE UNIQUE INDEX outbox_position ON outbox (position) WHERE position IS NOT NULL;

CREATE INDEX outbox_new ON outbox (id) WHERE position IS NULL;

-- One row: the newest position, and the turn of whoever gives out the next.
CREATE TABLE outbox_sequence (
    one {int} PRIMARY KEY CHECK (one = 1),
    newest {int} NOT NULL CHECK (newest >= 0)
) {strict};

CREATE TABLE outbox_cursors (
    consumer {text} PRIMARY KEY,
    -- Of the last that it has seen.
    position {int} NOT NULL CHECK (position >= 0)
) {strict};
