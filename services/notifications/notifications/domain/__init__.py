"""The rules of mails: when they are due, useful, superseded, tried again or given up."""
