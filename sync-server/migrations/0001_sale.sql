-- Who runs events, what is sold, who bought it, which tickets exist.
-- Instants are milliseconds since 1970 UTC, money is minor units, ids are the 16 bytes of a UUID.

CREATE TABLE server (
    -- One row.
    one {int} PRIMARY KEY CHECK (one = 1),
    -- The life of this database: restore begins a new one.
    incarnation {id} NOT NULL,
    created_at {int} NOT NULL
) {strict};

CREATE TABLE organizers (
    id {id} PRIMARY KEY,
    name {text} NOT NULL,
    -- Number that the next event gets.
    next_event_no {int} NOT NULL CHECK (next_event_no > 0),
    created_at {int} NOT NULL
) {strict};

CREATE TABLE users (
    id {id} PRIMARY KEY,
    email {text} NOT NULL,
    -- As compared: folded in the program.
    email_folded {text} NOT NULL,
    -- Argon2id, PHC form.
    password_hash {text} NOT NULL,
    created_at {int} NOT NULL,
    CONSTRAINT users_email_once UNIQUE (email_folded)
) {strict};

CREATE TABLE members (
    organizer_id {id} NOT NULL REFERENCES organizers (id),
    user_id {id} NOT NULL REFERENCES users (id),
    role {text} NOT NULL CHECK (role IN ('owner')),
    PRIMARY KEY (organizer_id, user_id)
) {strict};

CREATE INDEX members_user ON members (user_id);

CREATE TABLE sessions (
    -- SHA-256 of the bearer token, which is not stored.
    token_hash {bytes} PRIMARY KEY,
    user_id {id} NOT NULL REFERENCES users (id),
    organizer_id {id} NOT NULL REFERENCES organizers (id),
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL
) {strict};

CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE root_keys (
    organizer_id {id} PRIMARY KEY REFERENCES organizers (id),
    public_key {bytes} NOT NULL,
    -- Secret key under the master key.
    sealed {bytes} NOT NULL,
    created_at {int} NOT NULL
) {strict};

CREATE TABLE events (
    id {id} PRIMARY KEY,
    organizer_id {id} NOT NULL REFERENCES organizers (id),
    -- Number at the door, unique under the organizer's root key.
    event_no {int} NOT NULL CHECK (event_no > 0),
    name {text} NOT NULL,
    place {text} NOT NULL,
    time_zone {text} NOT NULL,
    currency {text} NOT NULL,
    state {text} NOT NULL CHECK (state IN ('draft', 'on_sale', 'ended')),
    starts_at {int},
    ends_at {int},
    admission_at {int},
    search_on_devices {flag} NOT NULL,
    created_at {int} NOT NULL,
    CONSTRAINT events_number_once UNIQUE (organizer_id, event_no)
) {strict};

-- Apart from the event, because every sale writes here and nobody else needs the row.
CREATE TABLE event_counters (
    event_id {id} PRIMARY KEY REFERENCES events (id),
    -- Of the newest change that a device can see.
    revision {int} NOT NULL CHECK (revision >= 0),
    -- Tickets ever issued under the server's own key: the index of the next serial.
    issued {int} NOT NULL CHECK (issued >= 0),
    -- Permutes serials, so that they do not show how many were sold.
    serial_seed {bytes} NOT NULL,
    next_tier_no {int} NOT NULL CHECK (next_tier_no > 0),
    next_kid {int} NOT NULL CHECK (next_kid > 0),
    -- First serial of the next block leased to a box office.
    next_lease {int} NOT NULL CHECK (next_lease > 0)
) {strict};

CREATE TABLE event_keys (
    event_id {id} PRIMARY KEY REFERENCES events (id),
    organizer_id {id} NOT NULL REFERENCES organizers (id),
    public_key {bytes} NOT NULL,
    sealed {bytes} NOT NULL,
    -- The root's certificate for this key, as ticket-crypto encodes it.
    certificate {bytes} NOT NULL,
    created_at {int} NOT NULL
) {strict};

CREATE TABLE ticket_keys (
    event_id {id} NOT NULL REFERENCES events (id),
    kid {int} NOT NULL CHECK (kid > 0),
    public_key {bytes} NOT NULL,
    -- Absent where a box-office device holds the secret.
    sealed {bytes},
    first_serial {int} NOT NULL,
    last_serial {int} NOT NULL CHECK (last_serial >= first_serial),
    not_before {int},
    not_after {int},
    PRIMARY KEY (event_id, kid)
) {strict};

CREATE TABLE tiers (
    event_id {id} NOT NULL REFERENCES events (id),
    tier_no {int} NOT NULL CHECK (tier_no > 0),
    organizer_id {id} NOT NULL REFERENCES organizers (id),
    name {text} NOT NULL,
    price_minor {int} NOT NULL CHECK (price_minor >= 0),
    product_no {int},
    on_sale {flag} NOT NULL,
    sale_from {int},
    sale_until {int},
    min_per_order {int} NOT NULL CHECK (min_per_order >= 1),
    max_per_order {int} NOT NULL CHECK (max_per_order >= min_per_order),
    valid_from {int},
    valid_until {int},
    occurrence {int} NOT NULL,
    zones {int} NOT NULL,
    entries {int} NOT NULL,
    group_size {int} NOT NULL,
    flags {int} NOT NULL,
    valid_while_pending {flag} NOT NULL,
    attention {flag} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (event_id, tier_no)
) {strict};

CREATE TABLE quotas (
    id {id} PRIMARY KEY,
    event_id {id} NOT NULL REFERENCES events (id),
    organizer_id {id} NOT NULL REFERENCES organizers (id),
    name {text} NOT NULL,
    -- Absent for no limit.
    size {int} CHECK (size >= 0),
    -- Held, leased and sold.
    used {int} NOT NULL,
    CONSTRAINT quotas_never_oversold CHECK (used >= 0 AND (size IS NULL OR used <= size))
) {strict};

CREATE INDEX quotas_event ON quotas (event_id);

CREATE TABLE quota_tiers (
    event_id {id} NOT NULL,
    tier_no {int} NOT NULL,
    quota_id {id} NOT NULL REFERENCES quotas (id),
    PRIMARY KEY (event_id, tier_no, quota_id),
    FOREIGN KEY (event_id, tier_no) REFERENCES tiers (event_id, tier_no)
) {strict};

CREATE TABLE orders (
    id {id} PRIMARY KEY,
    event_id {id} NOT NULL REFERENCES events (id),
    organizer_id {id} NOT NULL REFERENCES organizers (id),
    -- What people say on the telephone.
    code {text} NOT NULL,
    -- held: a cart; pending: ordered, not paid.
    state {text} NOT NULL CHECK (state IN ('held', 'pending', 'paid', 'cancelled', 'expired')),
    email {text} NOT NULL,
    name {text} NOT NULL,
    currency {text} NOT NULL,
    total_minor {int} NOT NULL CHECK (total_minor >= 0),
    created_at {int} NOT NULL,
    -- When a held or pending order gives its places back.
    expires_at {int},
    paid_at {int},
    ended_at {int},
    CONSTRAINT orders_code_once UNIQUE (event_id, code)
) {strict};

CREATE INDEX orders_expiring ON orders (expires_at) WHERE expires_at IS NOT NULL;

CREATE INDEX orders_event ON orders (event_id, id);

CREATE TABLE positions (
    id {id} PRIMARY KEY,
    order_id {id} NOT NULL REFERENCES orders (id),
    event_id {id} NOT NULL,
    tier_no {int} NOT NULL,
    price_minor {int} NOT NULL CHECK (price_minor >= 0),
    attendee {text} NOT NULL,
    state {text} NOT NULL CHECK (state IN ('open', 'cancelled')),
    FOREIGN KEY (event_id, tier_no) REFERENCES tiers (event_id, tier_no)
) {strict};

CREATE INDEX positions_order ON positions (order_id);

-- The same request sent again gets the same order.
CREATE TABLE idempotency (
    event_id {id} NOT NULL REFERENCES events (id),
    key_hash {bytes} NOT NULL,
    request_hash {bytes} NOT NULL,
    order_id {id} NOT NULL REFERENCES orders (id),
    created_at {int} NOT NULL,
    PRIMARY KEY (event_id, key_hash)
) {strict};

-- Attempts to move money; never deleted.
CREATE TABLE payments (
    id {id} PRIMARY KEY,
    order_id {id} NOT NULL REFERENCES orders (id),
    organizer_id {id} NOT NULL REFERENCES organizers (id),
    provider {text} NOT NULL,
    state {text} NOT NULL CHECK (state IN ('pending', 'confirmed', 'cancelled')),
    amount_minor {int} NOT NULL CHECK (amount_minor >= 0),
    currency {text} NOT NULL,
    -- What the provider or the organizer knows it by.
    reference {text} NOT NULL,
    created_at {int} NOT NULL,
    changed_at {int} NOT NULL
) {strict};

CREATE INDEX payments_order ON payments (order_id);

-- A row of the manifest: what a device knows of one ticket.
CREATE TABLE tickets (
    event_id {id} NOT NULL REFERENCES events (id),
    serial {int} NOT NULL CHECK (serial > 0),
    kid {int} NOT NULL,
    -- Absent for imported tickets and offline sales not yet reconciled.
    position_id {id} REFERENCES positions (id),
    generation {int} NOT NULL CHECK (generation BETWEEN 0 AND 255),
    min_generation {int} NOT NULL CHECK (min_generation BETWEEN 0 AND 255),
    tier_no {int} NOT NULL,
    occurrence {int} NOT NULL,
    zones {int} NOT NULL,
    valid_from {int},
    valid_until {int},
    entries {int} NOT NULL,
    group_size {int} NOT NULL,
    flags {int} NOT NULL,
    state {text} NOT NULL CHECK (state IN ('valid', 'pending', 'unapproved', 'blocked', 'cancelled', 'expired', 'disputed', 'revoked')),
    attention {flag} NOT NULL,
    addon_of {int},
    foreign_hash {bytes},
    -- Numbers of answered questions, separated by commas.
    answered {text} NOT NULL,
    person_name {text} NOT NULL,
    seat {text} NOT NULL,
    notes {text} NOT NULL,
    order_code {text} NOT NULL,
    -- The event's revision at the last change of this row.
    revision {int} NOT NULL,
    PRIMARY KEY (event_id, serial)
) {strict};

CREATE UNIQUE INDEX tickets_position ON tickets (position_id) WHERE position_id IS NOT NULL;

CREATE INDEX tickets_revision ON tickets (event_id, revision);

-- What happened, for those who follow: mail, search, webhooks, live screens.
CREATE TABLE outbox (
    id {sequence},
    organizer_id {id} NOT NULL,
    event_id {id},
    kind {text} NOT NULL,
    subject {id} NOT NULL,
    facts {text} NOT NULL,
    created_at {int} NOT NULL
) {strict};
