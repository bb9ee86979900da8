"""Identity's rules: no I/O, nothing awaited, `now` always an argument."""
