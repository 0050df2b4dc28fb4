"""Contacts for reading: search, story, player, archive, and who may see which."""
