-- Referrals (R-46): they open a specialty until they are used or expire.

CREATE TABLE referrals (
    referral_id uuid PRIMARY KEY,
    member_id uuid NOT NULL,
    family_id uuid NOT NULL,
    unit text NOT NULL,
    doctor_id uuid NOT NULL,
    issued_by uuid NOT NULL,
    issued_at timestamptz NOT NULL,
    issued_on date NOT NULL,
    valid_to date NOT NULL CHECK (valid_to >= issued_on),
    -- The specialty: health data, but what scheduling must know and appointments are matched by.
    service text NOT NULL,
    -- What the specialist should know, sealed under the key of that name.
    content bytea NOT NULL,
    content_key_id text NOT NULL,
    state text NOT NULL DEFAULT 'issued' CHECK (state IN ('issued', 'used', 'expired')),
    appointment_id uuid UNIQUE,
    -- How many public facts of it there are.
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT referrals_used_by CHECK ((state = 'used') = (appointment_id IS NOT NULL))
);

CREATE INDEX referrals_of_member ON referrals (member_id, issued_at, referral_id);
CREATE INDEX referrals_open ON referrals (valid_to, referral_id) WHERE state = 'issued';

-- Whom a doctor sees, and in which service: what lets the doctor refer.
CREATE INDEX appointment_descriptions_of_doctor ON appointment_descriptions (doctor_id);

-- What was referred stays: only its state, and the appointment that used it, may change.
CREATE FUNCTION referral_stays() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF (NEW.referral_id, NEW.member_id, NEW.family_id, NEW.doctor_id, NEW.issued_by,
        NEW.issued_at, NEW.issued_on, NEW.valid_to, NEW.service, NEW.content, NEW.content_key_id)
       IS DISTINCT FROM
       (OLD.referral_id, OLD.member_id, OLD.family_id, OLD.doctor_id, OLD.issued_by,
        OLD.issued_at, OLD.issued_on, OLD.valid_to, OLD.service, OLD.content, OLD.content_key_id)
    THEN
        RAISE EXCEPTION 'a referral is used or expires, never edited'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER referral_stays BEFORE UPDATE ON referrals
    FOR EACH ROW EXECUTE FUNCTION referral_stays();

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'clinical_records_app') THEN
        REVOKE DELETE, TRUNCATE ON referrals FROM clinical_records_app;
    END IF;
END $$;
