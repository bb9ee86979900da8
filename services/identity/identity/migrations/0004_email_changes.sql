-- Changing the address of an account by number and serial, and undoing it (R-11); limits on mails.

CREATE TABLE email_changes (
    change_id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts,
    -- The link mailed to the new address, and the one mailed to the old address of an account
    -- that was active.
    confirmation_link_id uuid NOT NULL UNIQUE REFERENCES links,
    reversal_link_id uuid UNIQUE REFERENCES links,
    new_email text NOT NULL,
    new_email_key text NOT NULL,
    -- The address that the account had when the new one was confirmed.
    old_email text,
    old_email_key text,
    -- `replaced`: a later change was confirmed while this one waited. `refused`: the address had
    -- become another account's when the wait was over.
    state text NOT NULL CHECK (state IN (
        'asked', 'waiting', 'done', 'reversed', 'replaced', 'refused'
    )),
    asked_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    effective_at timestamptz,
    -- Until then the old address can undo it, and nobody else can take either address.
    reversible_until timestamptz,
    CHECK ((state = 'asked') = (confirmed_at IS NULL)),
    CHECK ((confirmed_at IS NULL) = (old_email_key IS NULL)),
    CHECK ((confirmed_at IS NULL) = (effective_at IS NULL))
);

CREATE UNIQUE INDEX email_changes_one_waiting ON email_changes (account_id)
    WHERE state = 'waiting';
CREATE INDEX email_changes_of_account ON email_changes (account_id, confirmed_at);
CREATE INDEX email_changes_due ON email_changes (effective_at) WHERE state = 'waiting';
CREATE INDEX email_changes_by_old_address ON email_changes (old_email_key)
    WHERE state IN ('waiting', 'done');
CREATE INDEX email_changes_by_new_address ON email_changes (new_email_key)
    WHERE state = 'waiting';

-- A later change must not take from an earlier old address the way to undo: who got in for a
-- moment could otherwise close the door behind them.
DROP INDEX links_one_open;
CREATE UNIQUE INDEX links_one_open ON links (account_id, purpose)
    WHERE used_at IS NULL AND superseded_at IS NULL AND purpose <> 'email_reversal';

ALTER TABLE sessions DROP CONSTRAINT sessions_end_reason_check;
ALTER TABLE sessions ADD CONSTRAINT sessions_end_reason_check CHECK (end_reason IN (
    'logged_out', 'closed_by_owner', 'token_reused', 'too_many', 'password_changed', 'by_staff',
    'password_recovered', 'email_changed', 'email_reversed'
));

ALTER TABLE failures DROP CONSTRAINT failures_kind_check;
ALTER TABLE failures ADD CONSTRAINT failures_kind_check CHECK (kind IN (
    'login_name', 'login_address', 'serial_number', 'serial_address',
    -- Mails asked for, by what was named and from where: counted whether or not one was sent.
    'mail_name', 'mail_address'
));
