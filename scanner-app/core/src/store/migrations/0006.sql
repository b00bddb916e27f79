-- A person's data that only the ticket's newest code opens, where devices hold no names.
ALTER TABLE ticket ADD COLUMN sealed BLOB;
