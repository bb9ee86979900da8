"""What a person can do with agendas and appointments: one use case a file."""
