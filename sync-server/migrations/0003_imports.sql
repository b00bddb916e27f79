-- Tickets of other systems, and add-ons, are found by what they hang on.

CREATE INDEX tickets_foreign ON tickets (event_id, foreign_hash) WHERE foreign_hash IS NOT NULL;

CREATE INDEX tickets_addons ON tickets (event_id, addon_of) WHERE addon_of IS NOT NULL;
