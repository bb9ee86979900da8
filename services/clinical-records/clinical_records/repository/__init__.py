"""SQL: functions that take the transaction, one module for each kind of row."""
