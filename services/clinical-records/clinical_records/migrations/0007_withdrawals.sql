-- Who withdrew own records from the family's view, or had them restored (R-45). Who recorded it,
-- when, and what was shown at the desk stands in the audit.

CREATE TABLE record_withdrawals (
    member_id uuid PRIMARY KEY,
    withdrawn boolean NOT NULL,
    changed_at timestamptz NOT NULL
);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'clinical_records_app') THEN
        REVOKE DELETE, TRUNCATE ON record_withdrawals FROM clinical_records_app;
    END IF;
END $$;
