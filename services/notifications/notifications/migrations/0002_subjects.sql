-- Mails about sanctions and sealed documents, reminders that are planned, and mails sent anew.

-- Who cancelled or moved: what the institute did is told with what to do next (R-32).
ALTER TABLE appointments ADD COLUMN told_by text;

CREATE TABLE sanctions (
    sanction_id uuid PRIMARY KEY,
    family_id uuid NOT NULL,
    until timestamptz NOT NULL,
    rule text NOT NULL,
    state text NOT NULL CHECK (state IN ('imposed', 'lifted')),
    sequence bigint NOT NULL,
    as_of timestamptz NOT NULL
);

CREATE TABLE sick_leaves (
    sick_leave_id uuid PRIMARY KEY,
    family_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('sealed', 'revoked')),
    sequence bigint NOT NULL,
    as_of timestamptz NOT NULL
);

ALTER TABLE mails
    ADD COLUMN sanction_id uuid REFERENCES sanctions,
    ADD COLUMN sick_leave_id uuid REFERENCES sick_leaves,
    -- What the mail tells a version of; mails of one subject never overtake one another.
    ADD COLUMN subject_id uuid
        GENERATED ALWAYS AS (coalesce(appointment_id, sanction_id, sick_leave_id)) STORED,
    -- The mail that staff had sent anew; that act is then the cause (R-52).
    ADD COLUMN resent_from uuid REFERENCES mails,
    DROP CONSTRAINT mails_check,
    DROP CONSTRAINT mails_check2,
    DROP CONSTRAINT mails_state_check,
    ADD CONSTRAINT mails_state_check CHECK (state IN (
        'planned', 'queued', 'sending', 'sent', 'failed', 'suppressed'
    )),
    ADD CONSTRAINT mails_one_subject
        CHECK (num_nonnulls(appointment_id, sanction_id, sick_leave_id) <= 1),
    ADD CONSTRAINT mails_version
        CHECK ((coalesce(appointment_id, sanction_id, sick_leave_id) IS NULL)
            = (sequence IS NULL)),
    ADD CONSTRAINT mails_settled
        CHECK ((state IN ('planned', 'queued', 'sending')) = (settled_at IS NULL));

DROP INDEX mails_by_appointment;
CREATE INDEX mails_by_subject ON mails (subject_id, sequence) WHERE subject_id IS NOT NULL;
CREATE INDEX mails_planned ON mails (next_try_at) WHERE state = 'planned';
CREATE INDEX mails_resent ON mails (resent_from) WHERE resent_from IS NOT NULL;
