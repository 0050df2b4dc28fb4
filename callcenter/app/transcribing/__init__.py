"""Recordings become transcripts after the call, in a process of its own that gives way to calls."""
