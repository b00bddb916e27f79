-- Shift notes: letters in the order in which they were admitted, from 1 without gaps.

CREATE TABLE note_orders (
    event_id {id} NOT NULL PRIMARY KEY REFERENCES events (id),
    letters {int} NOT NULL CHECK (letters >= 0)
) {strict};

CREATE TABLE note_letters (
    event_id {id} NOT NULL REFERENCES note_orders (event_id),
    no {int} NOT NULL CHECK (no > 0),
    writer {bytes} NOT NULL,
    seq {int} NOT NULL CHECK (seq > 0),
    change {bytes} NOT NULL,
    hash {bytes} NOT NULL,
    signature {bytes} NOT NULL,
    -- Personal: erasable, never part of what was signed. Both absent for other changes than notes.
    salt {bytes},
    words {text},
    received_at {int} NOT NULL,
    PRIMARY KEY (event_id, no),
    UNIQUE (event_id, writer, seq)
) {strict};
