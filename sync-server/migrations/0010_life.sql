-- The arrival of this server's newest sign of life in the event's log; 0 before the first.

ALTER TABLE node_actors ADD COLUMN life_arrival {int} NOT NULL DEFAULT 0;
