"""What notifications does: one function to a file."""
