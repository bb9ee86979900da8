"""Identity over HTTP: each operation reads, calls one use case or query, answers."""
