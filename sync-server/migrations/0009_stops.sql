-- When codes of a ticket were stopped: runs of `generation@milliseconds;`. Codes below
-- the generation admit no more from that instant on.

ALTER TABLE tickets ADD COLUMN stops {text} NOT NULL DEFAULT '';
