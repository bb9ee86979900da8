"""`make replay`: a booking trace, lived through by as many distinct families, and balanced."""
