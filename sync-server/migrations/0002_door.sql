-- Devices, what the doors are set up with, and the log of facts.

-- One-time codes by which devices enrol.
CREATE TABLE enrolment_codes (
    id {id} PRIMARY KEY,
    organizer_id {id} NOT NULL REFERENCES organizers (id),
    event_id {id} NOT NULL REFERENCES events (id),
    -- Keyed hash of the code, which is not stored.
    code_hash {bytes} NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    used_at {int},
    CONSTRAINT enrolment_codes_once UNIQUE (code_hash)
) {strict};

CREATE TABLE device_counters (
    organizer_id {id} PRIMARY KEY REFERENCES organizers (id),
    next_device_no {int} NOT NULL CHECK (next_device_no > 0)
) {strict};

CREATE TABLE devices (
    id {id} PRIMARY KEY,
    organizer_id {id} NOT NULL REFERENCES organizers (id),
    device_no {int} NOT NULL CHECK (device_no BETWEEN 1 AND 65535),
    name {text} NOT NULL,
    -- A server rather than a scanner.
    node {flag} NOT NULL,
    fact_key {bytes} NOT NULL,
    transport_key {bytes} NOT NULL,
    -- SHA-256 of the bearer token, which is not stored; absent for servers.
    token_hash {bytes},
    created_at {int} NOT NULL,
    last_seen_at {int},
    CONSTRAINT devices_number_once UNIQUE (organizer_id, device_no),
    CONSTRAINT devices_fact_key_once UNIQUE (organizer_id, fact_key)
) {strict};

CREATE UNIQUE INDEX devices_token ON devices (token_hash) WHERE token_hash IS NOT NULL;

-- When a device works for an event.
CREATE TABLE device_duties (
    device_id {id} NOT NULL REFERENCES devices (id),
    event_id {id} NOT NULL REFERENCES events (id),
    from_at {int} NOT NULL,
    -- Absent while it lasts.
    until_at {int},
    PRIMARY KEY (device_id, event_id, from_at)
) {strict};

CREATE INDEX device_duties_event ON device_duties (event_id);

-- Where a device stands.
CREATE TABLE device_gates (
    device_id {id} NOT NULL REFERENCES devices (id),
    event_id {id} NOT NULL REFERENCES events (id),
    gate_no {int} NOT NULL,
    PRIMARY KEY (device_id, event_id)
) {strict};

-- The keys of this server as a writer of facts.
CREATE TABLE node_keys (
    organizer_id {id} NOT NULL REFERENCES organizers (id),
    -- Which server, as its settings name it.
    node {text} NOT NULL,
    device_id {id} NOT NULL REFERENCES devices (id),
    -- Secret fact key under the master key.
    sealed {bytes} NOT NULL,
    PRIMARY KEY (organizer_id, node)
) {strict};

-- Lists, gates, zones, questions and operators, as the book shows them.
CREATE TABLE book_parts (
    event_id {id} NOT NULL REFERENCES events (id),
    kind {text} NOT NULL CHECK (kind IN ('list', 'gate', 'zone', 'question', 'operator')),
    number {int} NOT NULL,
    -- JSON; absent once removed, so that no number is given out twice.
    body {text},
    PRIMARY KEY (event_id, kind, number)
) {strict};

-- The newest book, and the turn of whoever appends to the event's log.
CREATE TABLE doors (
    event_id {id} PRIMARY KEY REFERENCES events (id),
    -- 0 before the first.
    book_number {int} NOT NULL,
    -- SHA-256 of the book without number and time.
    book_hash {bytes} NOT NULL,
    book {bytes} NOT NULL,
    book_signature {bytes} NOT NULL,
    -- Facts ever stored: the arrival of the newest.
    arrivals {int} NOT NULL CHECK (arrivals >= 0)
) {strict};

-- The newest fact of each writer.
CREATE TABLE actors (
    event_id {id} NOT NULL REFERENCES events (id),
    actor {bytes} NOT NULL,
    device_no {int} NOT NULL,
    fact_key {bytes} NOT NULL,
    seq {int} NOT NULL CHECK (seq > 0),
    link {bytes} NOT NULL,
    -- As in facts.
    hlc {int} NOT NULL,
    -- The first seq with two different facts.
    forked_at {int},
    PRIMARY KEY (event_id, actor)
) {strict};

-- Signed heads: the newest of each actor, and those at the ends of stretches.
CREATE TABLE heads (
    event_id {id} NOT NULL REFERENCES events (id),
    actor {bytes} NOT NULL,
    seq {int} NOT NULL,
    link {bytes} NOT NULL,
    fact_key {bytes} NOT NULL,
    signature {bytes} NOT NULL,
    PRIMARY KEY (event_id, actor, seq)
) {strict};

CREATE TABLE facts (
    event_id {id} NOT NULL REFERENCES events (id),
    actor {bytes} NOT NULL,
    seq {int} NOT NULL CHECK (seq > 0),
    -- As first written.
    record {bytes} NOT NULL,
    link {bytes} NOT NULL,
    -- The bits of the hybrid time.
    hlc {int} NOT NULL,
    -- What was odd on arrival: bits of shared-model's flags.
    flags {int} NOT NULL,
    -- Second byte of the record.
    kind {int} NOT NULL,
    -- The ticket it is about.
    serial {int},
    -- The wish it answered, of scans and sales.
    request {bytes},
    -- The fact that an annulment or a resolution is about.
    target_actor {bytes},
    target_seq {int},
    -- What was answered, where it was decided here.
    answer {bytes},
    arrival {int} NOT NULL,
    received_at {int} NOT NULL,
    PRIMARY KEY (event_id, actor, seq)
) {strict};

CREATE INDEX facts_serial ON facts (event_id, serial) WHERE serial IS NOT NULL;

CREATE INDEX facts_target ON facts (event_id, target_actor, target_seq) WHERE target_actor IS NOT NULL;

CREATE INDEX facts_request ON facts (event_id, request) WHERE request IS NOT NULL;

CREATE UNIQUE INDEX facts_arrival ON facts (event_id, arrival);

-- Facts of a forked actor that do not fit its log.
CREATE TABLE branch_facts (
    event_id {id} NOT NULL REFERENCES events (id),
    actor {bytes} NOT NULL,
    link {bytes} NOT NULL,
    seq {int} NOT NULL,
    record {bytes} NOT NULL,
    hlc {int} NOT NULL,
    flags {int} NOT NULL,
    received_at {int} NOT NULL,
    PRIMARY KEY (event_id, actor, link)
) {strict};

CREATE INDEX branch_facts_seq ON branch_facts (event_id, actor, seq);

-- Frames that prove a fork, as they came.
CREATE TABLE fork_evidence (
    event_id {id} NOT NULL REFERENCES events (id),
    actor {bytes} NOT NULL,
    -- SHA-256 of the frame.
    hash {bytes} NOT NULL,
    frame {bytes} NOT NULL,
    received_at {int} NOT NULL,
    PRIMARY KEY (event_id, actor, hash)
) {strict};

-- This server's own actors.
CREATE TABLE node_actors (
    event_id {id} NOT NULL REFERENCES events (id),
    node {text} NOT NULL,
    -- A restored database begins a new one.
    incarnation {id} NOT NULL,
    epoch {bytes} NOT NULL,
    PRIMARY KEY (event_id, node, incarnation)
) {strict};

-- What guests answered; personal, erasable, a commitment to it is in the fact.
CREATE TABLE answers (
    event_id {id} NOT NULL REFERENCES events (id),
    request {bytes} NOT NULL,
    salt {bytes} NOT NULL,
    -- JSON.
    answers {text} NOT NULL,
    PRIMARY KEY (event_id, request)
) {strict};
