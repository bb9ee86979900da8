"""Clinical records over HTTP: each handler parses, calls one use case, answers."""
