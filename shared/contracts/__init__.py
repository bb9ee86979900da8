"""What services say to one another and to clients: pydantic models and nothing else."""
