"""Changes to users, one by one and by file."""
