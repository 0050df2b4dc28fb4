"""A campaign's rules: what follows an attempt, when it may dial."""
