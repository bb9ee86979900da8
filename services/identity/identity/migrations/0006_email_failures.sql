-- Since when the account's own address is known to refuse mail for good; null while it isn't.
ALTER TABLE accounts ADD COLUMN email_failed_at timestamptz;
