-- Who a record can belong to, by identity's events alone; both histories have their own sequence.

CREATE TABLE members (
    member_id uuid PRIMARY KEY,
    family_id uuid NOT NULL,
    holder boolean NOT NULL,
    relation text NOT NULL,
    home_unit text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    sequence bigint NOT NULL,
    as_of timestamptz NOT NULL
);

CREATE INDEX members_of_family ON members (family_id);

CREATE TABLE member_descriptions (
    member_id uuid PRIMARY KEY,
    display_name text NOT NULL,
    affiliation_number text NOT NULL,
    birth_on date NOT NULL,
    sequence bigint NOT NULL,
    as_of timestamptz NOT NULL
);
