-- When codes of a ticket were stopped, as postcard; absent for never.
ALTER TABLE ticket ADD COLUMN stops BLOB;
