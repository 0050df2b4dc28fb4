"""Conversations written for the purpose, with their findings; see ``reading.py``."""
