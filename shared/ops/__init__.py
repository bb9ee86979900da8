"""What an operator does to the house as a whole: `python -m shared.ops`."""
