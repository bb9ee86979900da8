-- Prescriptions (R-40, R-41): written once, voided perhaps, never edited.

CREATE TABLE prescriptions (
    prescription_id uuid PRIMARY KEY,
    member_id uuid NOT NULL,
    family_id uuid NOT NULL,
    unit text NOT NULL,
    doctor_id uuid NOT NULL,
    issued_by uuid NOT NULL,
    issued_at timestamptz NOT NULL,
    -- Medications and the doctor's name, sealed under the key of that name.
    content bytea NOT NULL,
    content_key_id text NOT NULL,
    state text NOT NULL DEFAULT 'issued' CHECK (state IN ('issued', 'voided')),
    voided_by uuid,
    voided_at timestamptz,
    voided_reason bytea,
    voided_reason_key_id text,
    -- How many public facts of it there are.
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT prescriptions_voided CHECK (
        num_nulls(voided_by, voided_at, voided_reason, voided_reason_key_id)
        = CASE state WHEN 'voided' THEN 0 ELSE 4 END
    )
);

-- The list's own order: a page is as many rows, however long the list.
CREATE INDEX prescriptions_of_member ON prescriptions (member_id, issued_at, prescription_id);

CREATE FUNCTION prescription_stays() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF OLD.state <> 'issued' OR NEW.state <> 'voided'
       OR (NEW.prescription_id, NEW.member_id, NEW.family_id, NEW.unit, NEW.doctor_id,
           NEW.issued_by, NEW.issued_at, NEW.content, NEW.content_key_id)
          IS DISTINCT FROM
          (OLD.prescription_id, OLD.member_id, OLD.family_id, OLD.unit, OLD.doctor_id,
           OLD.issued_by, OLD.issued_at, OLD.content, OLD.content_key_id)
    THEN
        RAISE EXCEPTION 'a prescription is voided, never edited'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER prescription_stays BEFORE UPDATE ON prescriptions
    FOR EACH ROW EXECUTE FUNCTION prescription_stays();

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'clinical_records_app') THEN
        REVOKE DELETE, TRUNCATE ON prescriptions FROM clinical_records_app;
    END IF;
END $$;
