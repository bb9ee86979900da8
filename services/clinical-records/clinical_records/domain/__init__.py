"""The clinical records' rules: no I/O, no framework."""
