-- Who has an appointment with whom, and when: what lets a doctor read a record. Kept by
-- scheduling's events; the specialty arrives apart, for it is health data.

CREATE TABLE appointments (
    appointment_id uuid PRIMARY KEY,
    member_id uuid NOT NULL,
    family_id uuid NOT NULL,
    unit text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    state text NOT NULL,
    sequence bigint NOT NULL,
    as_of timestamptz NOT NULL
);

CREATE INDEX appointments_of_member ON appointments (member_id, starts_at);

CREATE TABLE appointment_descriptions (
    appointment_id uuid PRIMARY KEY,
    doctor_id uuid NOT NULL,
    service text NOT NULL,
    sequence bigint NOT NULL,
    as_of timestamptz NOT NULL
);

CREATE TABLE doctors (
    doctor_id uuid PRIMARY KEY,
    name text NOT NULL,
    unit text NOT NULL,
    shift text NOT NULL,
    sequence bigint NOT NULL,
    as_of timestamptz NOT NULL
);
