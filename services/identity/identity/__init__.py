"""Identity: the affiliate roll, accounts, sessions, and secrets on their way to a mailbox."""
