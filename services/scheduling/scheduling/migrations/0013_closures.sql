-- Days that are not given: holidays, absences, and days withdrawn with what becomes of them (R-32).

-- Declared by staff; the country's and the profile's own are not rows. Without a unit: everywhere.
CREATE TABLE holidays (
    holiday_id uuid PRIMARY KEY,
    date date NOT NULL,
    unit text REFERENCES units,
    name text NOT NULL,
    declared_by uuid NOT NULL,
    declared_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX holidays_once ON holidays (date, coalesce(unit, ''));

-- First and last day, both included. The reason is the institute's own affair: no event has it.
CREATE TABLE absences (
    absence_id uuid PRIMARY KEY,
    doctor_id uuid NOT NULL REFERENCES doctors,
    from_on date NOT NULL,
    to_on date NOT NULL CHECK (to_on >= from_on),
    reason text NOT NULL,
    declared_by uuid NOT NULL,
    declared_at timestamptz NOT NULL
);

CREATE INDEX absences_of_doctor ON absences (doctor_id, to_on);

-- A day that is being withdrawn: it is closed to booking in one transaction and emptied in
-- another, so that nobody who waits for the day's row can hold up who empties it.
CREATE TABLE withdrawals (
    withdrawal_id uuid PRIMARY KEY,
    agenda_id uuid NOT NULL UNIQUE REFERENCES agenda_days,
    mode text NOT NULL CHECK (mode IN ('cancel', 'move')),
    -- What everybody may know; the reason itself is text for staff's eyes.
    cause text NOT NULL CHECK (cause IN ('withdrawal', 'absence', 'holiday')),
    reason text NOT NULL,
    account_id uuid NOT NULL,
    role text NOT NULL,
    role_unit text,
    -- Whose request waits for the answer; absent when a holiday or an absence withdrew the day.
    operation text,
    key text,
    digest bytea,
    requested_at timestamptz NOT NULL,
    finished_at timestamptz,
    moved integer,
    cancelled integer
);

CREATE INDEX withdrawals_waiting ON withdrawals (requested_at) WHERE finished_at IS NULL;

-- The public fact of an appointment: what the institute itself did came by no client's channel.
CREATE OR REPLACE FUNCTION appointment_fact(p_appointment appointments) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT '{"appointment_id":"' || p_appointment.appointment_id
        || '","member_id":"' || p_appointment.member_id
        || '","family_id":"' || p_appointment.family_id
        || '","unit":' || json_text(p_appointment.unit)
        || ',"starts_at":"' || rfc3339(p_appointment.starts_at)
        || '","ends_at":"' || rfc3339(p_appointment.ends_at)
        || '","channel":"' || CASE p_appointment.by
            WHEN 'institute' THEN 'institute' ELSE p_appointment.channel END
        || '","state":"' || p_appointment.state
        || '","by":"' || p_appointment.by
        || '","reason":' || json_text(p_appointment.reason) || '}'
$$;
