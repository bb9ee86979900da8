"""SQL: functions that take the transaction."""
