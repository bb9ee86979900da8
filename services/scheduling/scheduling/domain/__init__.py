"""The rules that need no database."""
