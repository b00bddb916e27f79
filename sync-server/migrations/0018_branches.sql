-- Facts ever stored beside forked logs: with the arrivals it tells whether anything is new.

ALTER TABLE doors ADD COLUMN branches {int} NOT NULL DEFAULT 0 CHECK (branches >= 0);

UPDATE doors SET branches = (SELECT count(*) FROM branch_facts WHERE branch_facts.event_id = doors.event_id);
