"""Renders Asterisk's configuration from our settings."""
