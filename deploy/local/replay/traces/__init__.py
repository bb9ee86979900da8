"""A small trace of our own making, and the script that made it."""
