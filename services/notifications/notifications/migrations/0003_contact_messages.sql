-- Messages of the contact form (R-53). Text and address stay only as long as they are needed to
-- send: a job erases the text once a server took the mail to the institute, the address once both
-- mails are settled, and everything after 30 days whatever became of the mails.

CREATE TABLE contact_messages (
    contact_id uuid PRIMARY KEY,
    kind text NOT NULL,
    -- Null for who wrote without a session.
    account_id uuid,
    email text,
    text text,
    -- The version of the simplified privacy notice that was accepted with it.
    privacy_version text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE INDEX contact_messages_held ON contact_messages (created_at)
    WHERE text IS NOT NULL OR email IS NOT NULL;

ALTER TABLE mails ADD COLUMN contact_id uuid REFERENCES contact_messages;
CREATE INDEX mails_by_contact ON mails (contact_id) WHERE contact_id IS NOT NULL;

-- How many messages a sender has had taken within the window; `subject` is the SHA-256 of an
-- account's id, a mailbox or a network address. Rows are erased with their window.
CREATE TABLE contact_counts (
    kind text NOT NULL CHECK (kind IN ('account', 'mailbox', 'address')),
    subject bytea NOT NULL,
    count integer NOT NULL,
    counted_from timestamptz NOT NULL,
    PRIMARY KEY (kind, subject)
);

CREATE INDEX contact_counts_by_age ON contact_counts (counted_from);
