-- What scheduling knows of people, by identity's and clinical-records' events alone.

-- The row that every writer of a family locks.
CREATE TABLE families (family_id uuid PRIMARY KEY);

-- Public facts of a member; `sequence` and `as_of` are of the newest event applied.
CREATE TABLE members (
    member_id uuid PRIMARY KEY,
    family_id uuid NOT NULL REFERENCES families,
    holder boolean NOT NULL,
    relation text NOT NULL,
    home_unit text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    sequence bigint NOT NULL,
    as_of timestamptz NOT NULL
);

CREATE INDEX members_of_family ON members (family_id);

-- Private facts of a member: a history, and so a sequence, of their own.
CREATE TABLE member_descriptions (
    member_id uuid PRIMARY KEY,
    display_name text NOT NULL,
    affiliation_number text NOT NULL,
    birth_on date NOT NULL,
    sequence bigint NOT NULL,
    as_of timestamptz NOT NULL
);

-- Referrals (R-46): whether it can be used, and what it opens, arrive as two histories.
CREATE TABLE referrals (
    referral_id uuid PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('issued', 'used', 'expired')),
    sequence bigint NOT NULL,
    as_of timestamptz NOT NULL
);

CREATE TABLE referral_descriptions (
    referral_id uuid PRIMARY KEY,
    member_id uuid NOT NULL,
    service text NOT NULL,
    valid_to date NOT NULL,
    sequence bigint NOT NULL,
    as_of timestamptz NOT NULL
);

CREATE INDEX referrals_of_member ON referral_descriptions (member_id, service);
