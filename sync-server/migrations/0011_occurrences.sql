-- Dates of a series. Tickets name them, so none is ever removed.

CREATE TABLE occurrences (
    event_id {id} NOT NULL REFERENCES events (id),
    organizer_id {id} NOT NULL REFERENCES organizers (id),
    occurrence {int} NOT NULL CHECK (occurrence BETWEEN 1 AND 65535),
    name {text} NOT NULL,
    starts_at {int} NOT NULL,
    ends_at {int},
    admission_at {int},
    PRIMARY KEY (event_id, occurrence)
) {strict};
