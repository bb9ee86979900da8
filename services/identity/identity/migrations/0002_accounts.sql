-- Accounts, what their owners accepted, and the mailed single-use links (R-02 to R-07).

CREATE TABLE accounts (
    account_id uuid PRIMARY KEY,
    role text NOT NULL DEFAULT 'affiliate' CHECK (role IN (
        'affiliate', 'front_desk', 'archive', 'operator', 'doctor', 'authoriser', 'administrator',
        'auditor'
    )),
    -- An affiliate's account is the family's one (R-03); staff have none.
    family_id uuid REFERENCES families,
    -- Staff's own; an affiliate's name is the holder's on the roll.
    staff_name text,
    unit text,
    doctor_id uuid,
    email text NOT NULL,
    -- The address as it is compared: lower case, the domain in ASCII.
    email_key text NOT NULL,
    phone text,
    locale text NOT NULL,
    reminders boolean NOT NULL DEFAULT true,
    state text NOT NULL CHECK (state IN ('pending', 'active', 'closed')),
    password_hash text,
    -- Null once the owner has chosen the password; a generated one ends then (R-07).
    password_expires_at timestamptz,
    registered_at timestamptz NOT NULL,
    activated_at timestamptz,
    -- The sequences of the public facts and of contact.changed.
    public_version bigint NOT NULL DEFAULT 1,
    contact_version bigint NOT NULL DEFAULT 0,
    CHECK ((role = 'affiliate') = (family_id IS NOT NULL)),
    CHECK ((role = 'affiliate') = (staff_name IS NULL)),
    CHECK (state <> 'active' OR password_hash IS NOT NULL)
);

-- One account per family and one per address, whatever happens at once.
CREATE UNIQUE INDEX accounts_one_per_family ON accounts (family_id) WHERE state <> 'closed';
CREATE UNIQUE INDEX accounts_one_per_email ON accounts (email_key) WHERE state <> 'closed';

CREATE TABLE consents (
    account_id uuid NOT NULL REFERENCES accounts,
    document text NOT NULL CHECK (document IN (
        'privacy_full', 'privacy_simplified', 'terms', 'family_grouping'
    )),
    version text NOT NULL,
    -- Of the text that was shown, so that nobody can say later it was another one.
    text_sha256 bytea NOT NULL,
    accepted_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, document, accepted_at)
);

CREATE TABLE links (
    link_id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts,
    purpose text NOT NULL CHECK (purpose IN (
        'activation', 'recovery', 'email_confirmation', 'email_reversal'
    )),
    token_sha256 bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    -- Held for a few seconds by the one request that is hashing the password for it.
    claimed_until timestamptz,
    used_at timestamptz,
    superseded_at timestamptz
);

CREATE UNIQUE INDEX links_one_open ON links (account_id, purpose)
    WHERE used_at IS NULL AND superseded_at IS NULL;

-- Secrets on their way to a mailbox; the event carries the id alone.
CREATE TABLE deliveries (
    delivery_id uuid PRIMARY KEY,
    account_id uuid REFERENCES accounts,
    template text NOT NULL,
    -- AES-256-GCM of recipient, name and data; the delivery's id is bound to it.
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX deliveries_by_expiry ON deliveries (expires_at);
CREATE INDEX deliveries_of_account ON deliveries (account_id, template);

-- Failures by kind and by HMAC of a name, number or address: nothing here names a person.
CREATE TABLE failures (
    kind text NOT NULL CHECK (kind IN (
        'login_name', 'login_address', 'serial_number', 'serial_address'
    )),
    subject bytea NOT NULL,
    count integer NOT NULL,
    counted_from timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    blocked_until timestamptz,
    PRIMARY KEY (kind, subject)
);

CREATE INDEX failures_by_age ON failures (last_at);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'identity_app') THEN
        REVOKE UPDATE, DELETE ON consents FROM identity_app;
        REVOKE DELETE ON accounts FROM identity_app;
    END IF;
END $$;

-- The data of identity.contact.changed; `name` is the holder's on the roll or staff's own.
CREATE FUNCTION contact_private(account accounts, name text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN '{"account_id":"' || account.account_id
        || '","family_id":' || coalesce('"' || account.family_id || '"', 'null')
        || ',"email":' || json_text(account.email)
        || ',"name":' || json_text(name)
        || ',"locale":' || json_text(account.locale)
        || ',"reminders":' || account.reminders::text
        || '}';
