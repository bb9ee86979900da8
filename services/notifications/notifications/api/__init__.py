"""Notifications' operations over HTTP: the contact form, and the ledger for staff."""
