-- With what they are ordered by at their end these give a few rows in order: without it
-- SQLite walked all tickets or facts of the event to have them so.
DROP INDEX tickets_foreign;

CREATE INDEX tickets_by_code ON tickets (event_id, foreign_hash, serial) WHERE foreign_hash IS NOT NULL;

DROP INDEX tickets_addons;

CREATE INDEX tickets_by_main ON tickets (event_id, addon_of, serial) WHERE addon_of IS NOT NULL;

DROP INDEX facts_request;

CREATE INDEX facts_by_wish ON facts (event_id, request, arrival) WHERE request IS NOT NULL;
