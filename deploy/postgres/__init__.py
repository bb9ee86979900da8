"""The databases and their logins, the same way on every machine."""
