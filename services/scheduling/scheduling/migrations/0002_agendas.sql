-- What can be booked: units, services and policy numbers from the profile, doctors, agendas, slots.

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE units (
    code text PRIMARY KEY,
    name text NOT NULL,
    address text NOT NULL,
    phone text NOT NULL,
    hours text NOT NULL,
    zone text NOT NULL
);

CREATE TABLE services (
    code text PRIMARY KEY,
    name text NOT NULL,
    needs_referral boolean NOT NULL,
    ordinal integer NOT NULL,
    -- A service that the profile no longer names keeps its row: old appointments point at it.
    offered boolean NOT NULL
);

-- Policy numbers and the day each set begins to hold (R-30); the profile is their source.
CREATE TABLE policies (
    effective_from date PRIMARY KEY,
    horizon_days integer NOT NULL,
    lead_minutes integer NOT NULL,
    max_active integer NOT NULL,
    max_per_day integer NOT NULL,
    max_per_7_days integer NOT NULL,
    max_per_30_days integer NOT NULL,
    cancel_min_minutes integer NOT NULL,
    sanction_hours integer NOT NULL,
    sanction_per_week integer NOT NULL,
    sanction_days integer NOT NULL
);

CREATE TABLE doctors (
    doctor_id uuid PRIMARY KEY,
    name text NOT NULL,
    unit text NOT NULL REFERENCES units,
    shift text NOT NULL CHECK (shift IN ('morning', 'evening')),
    described_version integer NOT NULL DEFAULT 1
);

-- A doctor's week, per service (R-31): weekdays 1 Monday to 7 Sunday, wall times of the unit.
CREATE TABLE templates (
    doctor_id uuid NOT NULL REFERENCES doctors,
    service text NOT NULL REFERENCES services,
    weekdays integer[] NOT NULL,
    opens time NOT NULL,
    closes time NOT NULL CHECK (closes > opens),
    slot_minutes integer NOT NULL CHECK (slot_minutes BETWEEN 5 AND 240),
    web_quota integer NOT NULL CHECK (web_quota >= 0),
    PRIMARY KEY (doctor_id, service)
);

-- One published day of a doctor. The hot row of booking: its counters are changed last.
CREATE TABLE agenda_days (
    agenda_id uuid PRIMARY KEY,
    doctor_id uuid NOT NULL REFERENCES doctors,
    service text NOT NULL REFERENCES services,
    unit text NOT NULL REFERENCES units,
    date date NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closing', 'withdrawn')),
    places integer NOT NULL CHECK (places >= 0),
    taken integer NOT NULL DEFAULT 0,
    web_quota integer NOT NULL,
    web_used integer NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1,
    published_at timestamptz NOT NULL,
    UNIQUE (doctor_id, service, date),
    CHECK (taken BETWEEN 0 AND places),
    -- R-24: the quota is held here, whatever the code does.
    CHECK (web_used BETWEEN 0 AND web_quota)
) WITH (fillfactor = 70);

CREATE INDEX agenda_days_of_service ON agenda_days (unit, service, date);

-- Slots are rows (decision 3): availability stays flat as history grows.
CREATE TABLE slots (
    slot_id uuid PRIMARY KEY,
    agenda_id uuid NOT NULL REFERENCES agenda_days,
    doctor_id uuid NOT NULL,
    service text NOT NULL,
    unit text NOT NULL,
    date date NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at > starts_at),
    appointment_id uuid,
    UNIQUE (doctor_id, starts_at)
) WITH (fillfactor = 80);

CREATE INDEX slots_free_of_day ON slots (agenda_id, starts_at) WHERE appointment_id IS NULL;
CREATE INDEX slots_free_of_service ON slots (unit, service, starts_at)
    WHERE appointment_id IS NULL;
