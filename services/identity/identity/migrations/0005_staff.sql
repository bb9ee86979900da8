-- Staff: what goes with each role (R-14), and serials handed out in person (R-12).

ALTER TABLE accounts
    ADD CONSTRAINT accounts_unit_by_role CHECK (
        CASE
            WHEN role IN ('front_desk', 'archive', 'doctor') THEN unit IS NOT NULL
            WHEN role IN ('operator', 'authoriser') THEN true
            ELSE unit IS NULL
        END
    ),
    ADD CONSTRAINT accounts_doctor_by_role CHECK ((role = 'doctor') = (doctor_id IS NOT NULL));

CREATE UNIQUE INDEX accounts_one_per_doctor ON accounts (doctor_id)
    WHERE doctor_id IS NOT NULL AND state <> 'closed';
CREATE INDEX accounts_of_administrators ON accounts (account_id)
    WHERE role = 'administrator' AND state <> 'closed';

-- What limits are counted by. Who showed what to whom stands in the audit.
CREATE TABLE serial_handouts (
    handout_id uuid PRIMARY KEY,
    staff_id uuid NOT NULL REFERENCES accounts (account_id),
    member_id uuid NOT NULL REFERENCES members,
    family_id uuid NOT NULL REFERENCES families,
    -- HMAC-SHA256 of the address: one that is suspected can be looked for, none can be read.
    address_digest bytea NOT NULL,
    handed_out_at timestamptz NOT NULL
);

CREATE INDEX serial_handouts_of_staff ON serial_handouts (staff_id, handed_out_at);
CREATE INDEX serial_handouts_of_family ON serial_handouts (family_id, handed_out_at);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'identity_app') THEN
        REVOKE UPDATE, DELETE ON serial_handouts FROM identity_app;
    END IF;
END $$;
