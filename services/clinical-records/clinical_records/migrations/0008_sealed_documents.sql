-- Sealed papers (R-43, R-44): the certificates that ever sealed one, the papers as they are printed,
-- and the work that waits.

-- Kept for ever: a paper verifies under the certificate that sealed it, whichever seals today.
CREATE TABLE seal_certificates (
    -- SHA-256 of `der`.
    fingerprint bytea PRIMARY KEY CHECK (octet_length(fingerprint) = 32),
    der bytea NOT NULL,
    first_used_at timestamptz NOT NULL
);

-- One paper of each sick leave, whatever crashed while it was made: the primary key says so.
CREATE TABLE sealed_documents (
    sick_leave_id uuid PRIMARY KEY REFERENCES sick_leaves,
    -- The PDF under the clinical key of that name; `sha256` is of the PDF itself.
    content bytea NOT NULL,
    content_key_id text NOT NULL,
    sha256 bytea NOT NULL UNIQUE CHECK (octet_length(sha256) = 32),
    fingerprint bytea NOT NULL REFERENCES seal_certificates,
    sealed_at timestamptz NOT NULL
);

-- Who works at which paper: a lease by this server's clock, and a fence that grows with each claim,
-- so that a worker that was given up changes nothing any more. A row goes when its paper is stored.
CREATE TABLE sealings (
    sick_leave_id uuid PRIMARY KEY REFERENCES sick_leaves,
    attempts integer NOT NULL,
    fence integer NOT NULL,
    leased_until timestamptz,
    next_try_at timestamptz NOT NULL,
    -- A static word: why the last attempt made no paper.
    reason text
);

-- Who asked the public page for folios that don't exist. Losing it in a crash harms nobody.
CREATE UNLOGGED TABLE seal_misses (
    -- A keyed digest of the address.
    address bytea PRIMARY KEY,
    -- When the next miss would be due, were all evenly spaced.
    due_at timestamptz NOT NULL
);

CREATE INDEX seal_misses_by_age ON seal_misses (due_at);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'clinical_records_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON seal_certificates, sealed_documents
            FROM clinical_records_app;
    END IF;
END $$;
