"""What the gateway itself shows to people: documentation, problems, and the mailed links."""
