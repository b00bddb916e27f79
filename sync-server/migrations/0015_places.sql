-- Whether a position takes a place of its quotas: a sale at a door that no place was
-- left for is an order all the same, and gives nothing back when it ends.
ALTER TABLE positions ADD COLUMN placed {flag} NOT NULL DEFAULT TRUE;
