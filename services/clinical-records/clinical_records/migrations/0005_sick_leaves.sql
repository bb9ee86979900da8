-- Sick leaves (R-42, R-43): issued, authorised by somebody else, sealed, perhaps revoked.

CREATE TABLE sick_leaves (
    sick_leave_id uuid PRIMARY KEY,
    -- Printed on paper and asked for by strangers: at least 60 random bits, `XXXX-XXXX-XXXX-XXXX`.
    folio text NOT NULL UNIQUE,
    member_id uuid NOT NULL,
    family_id uuid NOT NULL,
    unit text NOT NULL,
    doctor_id uuid NOT NULL,
    issued_by uuid NOT NULL,
    issued_at timestamptz NOT NULL,
    -- The unit's calendar day: what «the last six months» is counted by.
    issued_on date NOT NULL,
    starts_on date NOT NULL,
    days integer NOT NULL CHECK (days BETWEEN 1 AND 366),
    kind text NOT NULL,
    -- What the paper prints and only this service reads, sealed under the key of that name.
    content bytea NOT NULL,
    content_key_id text NOT NULL,
    state text NOT NULL DEFAULT 'issued'
        CHECK (state IN ('issued', 'authorised', 'sealed', 'revoked')),
    authorised_by uuid,
    authorised_at timestamptz,
    sealed_at timestamptz,
    revoked_by uuid,
    revoked_at timestamptz,
    revoked_reason bytea,
    revoked_reason_key_id text,
    -- How many public facts of it there are.
    version integer NOT NULL DEFAULT 0,
    CONSTRAINT sick_leaves_four_eyes CHECK (authorised_by <> issued_by),
    CONSTRAINT sick_leaves_authorised CHECK ((authorised_by IS NULL) = (authorised_at IS NULL)),
    CONSTRAINT sick_leaves_as_far_as_its_state CHECK (
        CASE state
            WHEN 'issued' THEN authorised_at IS NULL AND sealed_at IS NULL
            WHEN 'authorised' THEN authorised_at IS NOT NULL AND sealed_at IS NULL
            WHEN 'sealed' THEN authorised_at IS NOT NULL AND sealed_at IS NOT NULL
            ELSE sealed_at IS NULL OR authorised_at IS NOT NULL
        END
    ),
    CONSTRAINT sick_leaves_revoked CHECK (
        (state = 'revoked') = (revoked_at IS NOT NULL)
        AND (state = 'revoked') = (revoked_by IS NOT NULL)
        AND (state = 'revoked') = (revoked_reason IS NOT NULL)
        AND (state = 'revoked') = (revoked_reason_key_id IS NOT NULL)
    )
);

CREATE INDEX sick_leaves_of_member ON sick_leaves (member_id, issued_at, sick_leave_id);
CREATE INDEX sick_leaves_by_state ON sick_leaves (state, issued_at, sick_leave_id);
CREATE INDEX sick_leaves_to_seal ON sick_leaves (authorised_at, sick_leave_id)
    WHERE state = 'authorised';

-- What a doctor issued never changes, and a state never goes back (R-43).
CREATE FUNCTION sick_leave_goes_on() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF (NEW.sick_leave_id, NEW.folio, NEW.member_id, NEW.family_id, NEW.unit, NEW.doctor_id,
        NEW.issued_by, NEW.issued_at, NEW.issued_on, NEW.starts_on, NEW.days, NEW.kind,
        NEW.content, NEW.content_key_id)
       IS DISTINCT FROM
       (OLD.sick_leave_id, OLD.folio, OLD.member_id, OLD.family_id, OLD.unit, OLD.doctor_id,
        OLD.issued_by, OLD.issued_at, OLD.issued_on, OLD.starts_on, OLD.days, OLD.kind,
        OLD.content, OLD.content_key_id)
    THEN
        RAISE EXCEPTION 'what was issued does not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT (OLD.state, NEW.state) IN (
        ('issued', 'authorised'), ('authorised', 'sealed'),
        ('issued', 'revoked'), ('authorised', 'revoked'), ('sealed', 'revoked')
    ) THEN
        RAISE EXCEPTION 'from % to % there is no way', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.authorised_at IS NOT NULL
       AND (NEW.authorised_by, NEW.authorised_at)
           IS DISTINCT FROM (OLD.authorised_by, OLD.authorised_at)
       OR OLD.sealed_at IS NOT NULL AND NEW.sealed_at IS DISTINCT FROM OLD.sealed_at
    THEN
        RAISE EXCEPTION 'what happened stays' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER sick_leave_goes_on BEFORE UPDATE ON sick_leaves
    FOR EACH ROW EXECUTE FUNCTION sick_leave_goes_on();

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'clinical_records_app') THEN
        REVOKE DELETE, TRUNCATE ON sick_leaves FROM clinical_records_app;
    END IF;
END $$;
