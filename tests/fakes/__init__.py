"""Twins of what can't be asked to fail on demand: the mail server, and the clock."""
