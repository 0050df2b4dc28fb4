"""Voices and ears."""
