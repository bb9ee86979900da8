"""The way to the mail server: connections, breaker, pace, and the lanes that send."""
