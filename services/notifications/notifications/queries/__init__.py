"""What the ledger shows: its backlog, its mails, its figures."""
