-- Who this device is at its organizer. One row; a store belongs to one account.
CREATE TABLE account (
    id              INTEGER PRIMARY KEY CHECK (id = 1),
    server          TEXT NOT NULL,
    organizer       TEXT NOT NULL,
    device_id       BLOB NOT NULL,
    device          INTEGER NOT NULL,
    name            TEXT NOT NULL,
    token           TEXT NOT NULL,
    root_key        BLOB NOT NULL,
    incarnation     BLOB NOT NULL,
    enrolled_at     INTEGER NOT NULL,
    revoked         INTEGER NOT NULL DEFAULT 0,
    -- Milliseconds to add to this device's clock, and when that was measured by it.
    offset_ms       INTEGER,
    measured_at     INTEGER
) STRICT;

-- Events this device works for; the book is kept exactly as it was signed.
CREATE TABLE event (
    event           INTEGER PRIMARY KEY,
    name            TEXT NOT NULL,
    book_number     INTEGER NOT NULL DEFAULT 0,
    certificate     BLOB,
    book            BLOB,
    book_signature  BLOB,
    -- The number of the book that the projection of all tickets was made with.
    projected_book  INTEGER NOT NULL DEFAULT 0,
    -- All changes up to this revision are here; 0 before the first download is whole.
    revision        INTEGER NOT NULL DEFAULT 0,
    -- The running download: the revision at its start, and the last serial that came.
    started_revision INTEGER,
    after_serial    INTEGER,
    -- This device as a writer of facts.
    epoch           BLOB NOT NULL,
    actor           BLOB NOT NULL,
    -- The highest point of the hybrid clock written or seen.
    hlc             INTEGER NOT NULL DEFAULT 0
) STRICT;

-- id is event << 32 | serial, so that rows of an event lie together by serial.
CREATE TABLE ticket (
    id              INTEGER PRIMARY KEY,
    kid             INTEGER NOT NULL,
    min_generation  INTEGER NOT NULL,
    tier            INTEGER NOT NULL,
    occurrence      INTEGER NOT NULL,
    zones           INTEGER NOT NULL,
    valid_from      INTEGER,
    valid_until     INTEGER,
    entries         INTEGER NOT NULL,
    group_size      INTEGER NOT NULL,
    state           INTEGER NOT NULL,
    flags           INTEGER NOT NULL,
    attention       INTEGER NOT NULL,
    addon_of        INTEGER,
    foreign_hash    BLOB,
    -- Questions with an answer, as postcard; absent for none.
    answered        BLOB,
    person          BLOB
) STRICT;
CREATE INDEX ticket_foreign ON ticket (foreign_hash) WHERE foreign_hash IS NOT NULL;
CREATE INDEX ticket_addon ON ticket (addon_of) WHERE addon_of IS NOT NULL;
CREATE VIRTUAL TABLE ticket_words USING fts5 (
    words, content = '', contentless_delete = 1, detail = 'full',
    tokenize = 'trigram remove_diacritics 1'
);

-- Highest serial given out under each key, as the server last said.
CREATE TABLE highest_serial (
    event           INTEGER NOT NULL,
    kid             INTEGER NOT NULL,
    serial          INTEGER NOT NULL,
    PRIMARY KEY (event, kid)
) STRICT, WITHOUT ROWID;

-- The scan log: what was written, byte by byte, and its place in the chain.
CREATE TABLE fact (
    event           INTEGER NOT NULL,
    actor           BLOB NOT NULL,
    seq             INTEGER NOT NULL,
    record          BLOB NOT NULL,
    link            BLOB NOT NULL,
    hlc             INTEGER NOT NULL,
    flags           INTEGER NOT NULL,
    PRIMARY KEY (event, actor, seq)
) STRICT, WITHOUT ROWID;

-- Newest fact of each actor.
CREATE TABLE tip (
    event           INTEGER NOT NULL,
    actor           BLOB NOT NULL,
    seq             INTEGER NOT NULL,
    link            BLOB NOT NULL,
    hlc             INTEGER NOT NULL,
    fact_key        BLOB NOT NULL,
    forked_at       INTEGER,
    PRIMARY KEY (event, actor)
) STRICT, WITHOUT ROWID;

-- Signed heads of others: the newest of each actor, and those that end a stretch.
CREATE TABLE head (
    event           INTEGER NOT NULL,
    actor           BLOB NOT NULL,
    seq             INTEGER NOT NULL,
    head            BLOB NOT NULL,
    PRIMARY KEY (event, actor, seq)
) STRICT, WITHOUT ROWID;

-- Facts of a forked actor that do not fit its log, and the frames that prove the fork.
CREATE TABLE branch (
    event           INTEGER NOT NULL,
    actor           BLOB NOT NULL,
    seq             INTEGER NOT NULL,
    link            BLOB NOT NULL,
    record          BLOB NOT NULL,
    hlc             INTEGER NOT NULL,
    flags           INTEGER NOT NULL,
    PRIMARY KEY (event, actor, seq, link)
) STRICT, WITHOUT ROWID;
CREATE TABLE evidence (
    id              INTEGER PRIMARY KEY,
    event           INTEGER NOT NULL,
    actor           BLOB NOT NULL,
    facts           BLOB NOT NULL
) STRICT;
CREATE INDEX evidence_actor ON evidence (event, actor);

-- How far others have said that they hold our log durably.
CREATE TABLE acknowledged (
    event           INTEGER NOT NULL,
    actor           BLOB NOT NULL,
    seq             INTEGER NOT NULL,
    PRIMARY KEY (event, actor)
) STRICT, WITHOUT ROWID;

-- Answers to wishes, so that a repeated one gets the same answer.
CREATE TABLE answered (
    event           INTEGER NOT NULL,
    request         BLOB NOT NULL,
    verdict         BLOB NOT NULL,
    seq             INTEGER NOT NULL,
    PRIMARY KEY (event, request)
) STRICT, WITHOUT ROWID;

-- What guests said at the door. Personal: erasable, never part of a fact.
CREATE TABLE guest_answer (
    event           INTEGER NOT NULL,
    seq             INTEGER NOT NULL,
    place           INTEGER NOT NULL,
    question        INTEGER NOT NULL,
    text            TEXT NOT NULL,
    salt            BLOB NOT NULL,
    PRIMARY KEY (event, seq, place)
) STRICT, WITHOUT ROWID;

-- All below is made from the facts and the book, and can be made again.

-- Which scans are about which ticket.
CREATE TABLE about (
    event           INTEGER NOT NULL,
    serial          INTEGER NOT NULL,
    actor           BLOB NOT NULL,
    seq             INTEGER NOT NULL,
    PRIMARY KEY (event, serial, actor, seq)
) STRICT, WITHOUT ROWID;

-- Which facts annul or resolve which.
CREATE TABLE speaking (
    event           INTEGER NOT NULL,
    target_actor    BLOB NOT NULL,
    target_seq      INTEGER NOT NULL,
    actor           BLOB NOT NULL,
    seq             INTEGER NOT NULL,
    PRIMARY KEY (event, target_actor, target_seq, actor, seq)
) STRICT, WITHOUT ROWID;

-- Where each ticket stands on each list.
CREATE TABLE ticket_list (
    event           INTEGER NOT NULL,
    serial          INTEGER NOT NULL,
    list            INTEGER NOT NULL,
    inside          INTEGER NOT NULL,
    entries         INTEGER NOT NULL,
    people          INTEGER NOT NULL,
    exits           INTEGER NOT NULL,
    PRIMARY KEY (event, serial, list)
) STRICT, WITHOUT ROWID;

-- Tickets on which something is wrong that nobody has settled yet.
CREATE TABLE ticket_conflict (
    event           INTEGER NOT NULL,
    serial          INTEGER NOT NULL,
    open            INTEGER NOT NULL,
    PRIMARY KEY (event, serial)
) STRICT, WITHOUT ROWID;

-- What each ticket did to the number of people in each zone, and the sums of it:
-- by instant, and over all time. Later instants are exits that lists foresee.
CREATE TABLE ticket_move (
    event           INTEGER NOT NULL,
    serial          INTEGER NOT NULL,
    zone            INTEGER NOT NULL,
    hlc             INTEGER NOT NULL,
    people          INTEGER NOT NULL,
    PRIMARY KEY (event, serial, zone, hlc)
) STRICT, WITHOUT ROWID;
CREATE TABLE zone_move (
    event           INTEGER NOT NULL,
    zone            INTEGER NOT NULL,
    hlc             INTEGER NOT NULL,
    people          INTEGER NOT NULL,
    PRIMARY KEY (event, zone, hlc)
) STRICT, WITHOUT ROWID;
CREATE TABLE zone_total (
    event           INTEGER NOT NULL,
    zone            INTEGER NOT NULL,
    people          INTEGER NOT NULL,
    PRIMARY KEY (event, zone)
) STRICT, WITHOUT ROWID;
