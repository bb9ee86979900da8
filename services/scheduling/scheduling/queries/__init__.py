"""The read side: SQL to answers, always from the primary (R-26)."""
