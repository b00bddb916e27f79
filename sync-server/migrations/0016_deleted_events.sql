-- Deleted by the organizer before anything was sold; hidden from everybody, and its number is not given out again.
ALTER TABLE events ADD COLUMN deleted_at {int};
