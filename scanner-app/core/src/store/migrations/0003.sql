-- Shift notes: letters in the order in which they were taken. Texts are personal and erasable.
CREATE TABLE note_letter (
    id              INTEGER PRIMARY KEY,
    event           INTEGER NOT NULL,
    writer          BLOB NOT NULL,
    seq             INTEGER NOT NULL,
    change          BLOB NOT NULL,
    hash            BLOB NOT NULL,
    signature       BLOB NOT NULL,
    salt            BLOB,
    words           TEXT,
    -- The server's number and its signature for that; absent while it has not admitted the letter.
    no              INTEGER,
    countersigned   BLOB,
    -- Why the server will not admit it, as postcard.
    refused         BLOB,
    UNIQUE (event, hash)
) STRICT;
CREATE UNIQUE INDEX note_letter_no ON note_letter (event, no) WHERE no IS NOT NULL;

-- The random part of the name under which this device writes notes.
CREATE TABLE note_writer (
    event           INTEGER PRIMARY KEY,
    epoch           BLOB NOT NULL
) STRICT;
