-- How often somebody tried: shared by all servers on this database.

CREATE TABLE attempts (
    -- Keyed hash of what is limited and of who tried, which is not stored.
    key_hash {bytes} PRIMARY KEY,
    -- When all of it will be forgiven.
    forgiven_at {int} NOT NULL
) {strict};

CREATE INDEX attempts_forgiven ON attempts (forgiven_at);
