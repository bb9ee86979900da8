-- Appointments and sanctions, with the guards that no code can get around (R-23).

CREATE TABLE appointments (
    appointment_id uuid PRIMARY KEY,
    folio text NOT NULL UNIQUE,
    slot_id uuid NOT NULL REFERENCES slots,
    agenda_id uuid NOT NULL REFERENCES agenda_days,
    member_id uuid NOT NULL,
    family_id uuid NOT NULL,
    doctor_id uuid NOT NULL,
    service text NOT NULL,
    unit text NOT NULL,
    date date NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'booked'
        CHECK (state IN ('booked', 'cancelled', 'attended', 'no_show')),
    channel text NOT NULL CHECK (channel IN ('web', 'mobile', 'phone', 'desk')),
    -- Whether it holds one of its day's web places (R-24): a moved one does not.
    web_place boolean NOT NULL,
    by text NOT NULL CHECK (by IN ('affiliate', 'staff', 'institute')),
    account_id uuid NOT NULL,
    reason text,
    version integer NOT NULL DEFAULT 1,
    described_version integer NOT NULL DEFAULT 1,
    booked_at timestamptz NOT NULL,
    cancelled_at timestamptz,
    cancelled_channel text,
    CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL))
) WITH (fillfactor = 85);

-- A doctor receives one person at a time.
CREATE UNIQUE INDEX appointments_one_per_doctor_and_time
    ON appointments (doctor_id, starts_at) WHERE state <> 'cancelled';

-- A member is in one place at a time.
ALTER TABLE appointments ADD CONSTRAINT appointments_no_overlap_per_member
    EXCLUDE USING gist (member_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
    WHERE (state <> 'cancelled');

CREATE INDEX appointments_of_member ON appointments (member_id, starts_at, appointment_id);
CREATE INDEX appointments_of_family ON appointments (family_id, starts_at, appointment_id);
CREATE INDEX appointments_of_agenda ON appointments (agenda_id) WHERE state <> 'cancelled';
CREATE INDEX cancellations_of_family ON appointments (family_id, cancelled_at)
    WHERE state = 'cancelled' AND by = 'affiliate';

-- One row for each trigger (R-28); what holds is the latest end that nobody lifted.
CREATE TABLE sanctions (
    sanction_id uuid PRIMARY KEY,
    family_id uuid NOT NULL,
    appointment_id uuid NOT NULL UNIQUE REFERENCES appointments,
    rule text NOT NULL CHECK (rule IN ('late', 'weekly')),
    until timestamptz NOT NULL,
    imposed_at timestamptz NOT NULL,
    lifted_at timestamptz,
    lifted_by uuid,
    lifting_reason text,
    version integer NOT NULL DEFAULT 1
);

CREATE INDEX sanctions_of_family ON sanctions (family_id, until) WHERE lifted_at IS NULL;

-- A referral opens its specialty for one appointment; a cancelled one gives it back.
CREATE TABLE referral_uses (
    referral_id uuid PRIMARY KEY,
    appointment_id uuid NOT NULL UNIQUE REFERENCES appointments
);
