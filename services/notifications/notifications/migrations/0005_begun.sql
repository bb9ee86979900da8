-- A mail is claimed with others of its batch, but begun one at a time: only of the one that was begun
-- can a server have heard when its claimer dies.
ALTER TABLE mails ADD COLUMN begun boolean NOT NULL DEFAULT false;

-- What is in hands now was claimed by code that told nothing of it: any of it may have been begun.
UPDATE mails SET begun = true WHERE state = 'sending';
