-- What notifications keeps of others by their events, and the ledger of mails.

-- Public history of an account: which family it is of, and whether its address was confirmed.
CREATE TABLE accounts (
    account_id uuid PRIMARY KEY,
    family_id uuid,
    state text NOT NULL CHECK (state IN ('registered', 'activated', 'locked')),
    sequence bigint NOT NULL,
    as_of timestamptz NOT NULL
);

CREATE INDEX accounts_by_family ON accounts (family_id) WHERE family_id IS NOT NULL;

-- Private history of an account: where it is reached.
CREATE TABLE addresses (
    account_id uuid PRIMARY KEY,
    family_id uuid,
    email text,
    name text NOT NULL,
    locale text NOT NULL,
    reminders boolean NOT NULL,
    sequence bigint NOT NULL,
    as_of timestamptz NOT NULL
);

-- Public history of a member: the family decides whose account is told.
CREATE TABLE members (
    member_id uuid PRIMARY KEY,
    family_id uuid NOT NULL,
    sequence bigint NOT NULL,
    as_of timestamptz NOT NULL
);

-- Private history of a member: the name a mail calls the person by.
CREATE TABLE people (
    member_id uuid PRIMARY KEY,
    display_name text NOT NULL,
    sequence bigint NOT NULL,
    as_of timestamptz NOT NULL
);

CREATE TABLE appointments (
    appointment_id uuid PRIMARY KEY,
    member_id uuid NOT NULL,
    family_id uuid NOT NULL,
    unit text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('booked', 'cancelled', 'attended', 'no_show')),
    sequence bigint NOT NULL,
    as_of timestamptz NOT NULL
);

-- One row for each duty to mail. Ids only: no address, no text, no secret (R-52).
CREATE TABLE mails (
    mail_id uuid PRIMARY KEY,
    template text NOT NULL,
    -- The id of the event that made the mail due; one mail for each (R-51).
    cause uuid NOT NULL,
    account_id uuid,
    family_id uuid,
    member_id uuid,
    appointment_id uuid REFERENCES appointments,
    -- The appointment's version that this mail tells.
    sequence bigint,
    delivery_id uuid,
    -- Identity still holds the secret of this mail.
    secret_held boolean NOT NULL,
    message_id text NOT NULL UNIQUE,
    state text NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'suppressed')),
    reason text,
    -- Attempts begun, and those of them whose end is unknown: a server may have accepted the mail.
    attempts integer NOT NULL DEFAULT 0,
    indeterminate integer NOT NULL DEFAULT 0,
    -- Grows with each claim: a claimer that lost its lease changes nothing any more.
    fence bigint NOT NULL DEFAULT 0,
    leased_until timestamptz,
    next_try_at timestamptz NOT NULL,
    -- When the mail has lost its use; from then on it is not sent.
    not_after timestamptz NOT NULL,
    -- Version of the mail in the facts told about it.
    told integer NOT NULL DEFAULT 0,
    occurred_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    settled_at timestamptz,
    UNIQUE (cause, template),
    CHECK ((appointment_id IS NULL) = (sequence IS NULL)),
    CHECK ((state = 'sending') = (leased_until IS NOT NULL)),
    CHECK ((state IN ('queued', 'sending')) = (settled_at IS NULL)),
    CHECK (state NOT IN ('failed', 'suppressed') OR reason IS NOT NULL)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

CREATE INDEX mails_due ON mails (next_try_at) WHERE state = 'queued';
CREATE INDEX mails_leased ON mails (leased_until) WHERE state = 'sending';
CREATE INDEX mails_by_appointment ON mails (appointment_id, sequence)
    WHERE appointment_id IS NOT NULL;
CREATE INDEX mails_with_secret ON mails (settled_at)
    WHERE secret_held AND state IN ('sent', 'failed', 'suppressed');
