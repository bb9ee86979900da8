-- The affiliate roll (R-01): families, their secret serials, and the members with their coverage.

-- UUID version 7 (RFC 9562, 5.7): the same layout as shared/ids.py, for rows that SQL makes.
CREATE FUNCTION uuid7() RETURNS uuid
    LANGUAGE sql VOLATILE PARALLEL SAFE
    RETURN encode(
        set_bit(
            set_bit(
                overlay(
                    uuid_send(gen_random_uuid())
                    PLACING substring(
                        int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)
                        FROM 3
                    )
                    FROM 1 FOR 6
                ),
                52, 1
            ),
            53, 1
        ),
        'hex'
    )::uuid;

CREATE TABLE families (
    family_id uuid PRIMARY KEY,
    -- The holder's affiliation number: what makes a family the same one from load to load.
    holder_number text NOT NULL UNIQUE,
    -- HMAC-SHA256 of the serial, to compare; AES-256-GCM of it, to hand it out by mail (R-12).
    -- Both keys stand in a file outside the database. Both are null without a serial.
    serial_digest bytea,
    serial_sealed bytea,
    CHECK ((serial_digest IS NULL) = (serial_sealed IS NULL))
);

CREATE TABLE members (
    member_id uuid PRIMARY KEY,
    family_id uuid NOT NULL REFERENCES families,
    affiliation_number text NOT NULL UNIQUE,
    holder boolean NOT NULL,
    relation text NOT NULL CHECK (relation IN ('holder', 'spouse', 'child', 'parent', 'other')),
    given_names text NOT NULL,
    first_surname text NOT NULL,
    second_surname text NOT NULL,
    display_name text NOT NULL GENERATED ALWAYS AS (
        given_names || ' ' || first_surname
        || CASE second_surname WHEN '' THEN '' ELSE ' ' || second_surname END
    ) STORED,
    birth_on date NOT NULL,
    sex text NOT NULL CHECK (sex IN ('F', 'M', 'X')),
    home_unit text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    -- False once a load no longer names the person.
    on_roll boolean NOT NULL DEFAULT true,
    -- Whether the end of the coverage has been told as an event.
    lapsed boolean NOT NULL,
    -- The sequences of the public and of the private facts about this person.
    public_version bigint NOT NULL DEFAULT 1,
    private_version bigint NOT NULL DEFAULT 1,
    CHECK (holder = (relation = 'holder'))
);

CREATE UNIQUE INDEX members_one_holder ON members (family_id) WHERE holder;
CREATE INDEX members_of_family ON members (family_id);
CREATE INDEX members_to_lapse ON members (valid_to) WHERE NOT lapsed AND valid_to IS NOT NULL;

-- Lines of the file being loaded: filled, judged, taken over and emptied in one transaction.
CREATE UNLOGGED TABLE roll_staging (
    line bigint NOT NULL,
    affiliation_number text NOT NULL,
    holder_number text NOT NULL,
    serial_digest bytea,
    serial_sealed bytea,
    given_names text NOT NULL,
    first_surname text NOT NULL,
    second_surname text NOT NULL,
    birth_on date NOT NULL,
    sex text NOT NULL,
    relation text NOT NULL,
    home_unit text NOT NULL,
    valid_from date NOT NULL,
    valid_to date
);

CREATE TABLE roll_loads (
    load_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    content_sha256 bytea NOT NULL,
    loaded_at timestamptz NOT NULL,
    members integer NOT NULL,
    families integer NOT NULL,
    registered integer NOT NULL,
    changed integer NOT NULL,
    lapsed integer NOT NULL
);

-- The data of identity.member.registered, .changed and .lapsed: ids, state and dates alone.
CREATE FUNCTION member_public(member members) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN '{"member_id":"' || member.member_id
        || '","family_id":"' || member.family_id
        || '","holder":' || member.holder::text
        || ',"relation":"' || member.relation
        || '","home_unit":' || json_text(member.home_unit)
        || ',"valid_from":"' || to_char(member.valid_from, 'YYYY-MM-DD')
        || '","valid_to":' || coalesce('"' || to_char(member.valid_to, 'YYYY-MM-DD') || '"', 'null')
        || '}';

-- The data of identity.member.described, for SISA's own services alone.
CREATE FUNCTION member_private(member members) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN '{"member_id":"' || member.member_id
        || '","family_id":"' || member.family_id
        || '","display_name":' || json_text(member.display_name)
        || ',"affiliation_number":' || json_text(member.affiliation_number)
        || ',"birth_on":"' || to_char(member.birth_on, 'YYYY-MM-DD')
        || '"}';

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'identity_app') THEN
        REVOKE UPDATE, DELETE ON roll_loads FROM identity_app;
    END IF;
END $$;
