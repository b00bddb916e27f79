-- The server has said that it does not have the event any more.
ALTER TABLE event ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
-- Whose word counts for it that the server is the server, as postcard; absent for the system's.
ALTER TABLE account ADD COLUMN trust BLOB;
