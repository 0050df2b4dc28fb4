"""Getting in: passwords, second factor, identity providers, attempts, sessions."""
