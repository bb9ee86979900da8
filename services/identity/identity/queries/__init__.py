"""Identity's answers to those who only look."""
