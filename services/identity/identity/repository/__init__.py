"""Identity's SQL: functions that take the transaction and know no rule."""
