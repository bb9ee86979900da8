"""Use cases: one function in a file of its name, which opens the transaction."""
