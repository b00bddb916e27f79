-- Money that goes back; never deleted.

CREATE TABLE refunds (
    id {id} PRIMARY KEY,
    payment_id {id} NOT NULL REFERENCES payments (id),
    order_id {id} NOT NULL REFERENCES orders (id),
    event_id {id} NOT NULL REFERENCES events (id),
    organizer_id {id} NOT NULL REFERENCES organizers (id),
    -- due: somebody has to send it.
    state {text} NOT NULL CHECK (state IN ('due', 'done')),
    amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    currency {text} NOT NULL,
    -- What the organizer knows it by, once it is done.
    reference {text} NOT NULL,
    created_at {int} NOT NULL,
    changed_at {int} NOT NULL
) {strict};

CREATE INDEX refunds_payment ON refunds (payment_id);

CREATE INDEX refunds_order ON refunds (order_id);

CREATE INDEX refunds_event ON refunds (event_id, id);

-- A position that ended with its whole order comes back with it; one cancelled alone does not.
ALTER TABLE positions ADD COLUMN ended_with_order {flag} NOT NULL DEFAULT FALSE;
