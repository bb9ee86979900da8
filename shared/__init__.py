"""The chassis that every service stands on and the language they share; it knows no service."""
