"""What the facts are, and which may follow which."""
