"""Asterisk over ARI."""
