"""Balances the books of any run: what clients were told against rows, events and mails."""
