"""Flows: what a contact goes through before or instead of a person. Model, checker, interpreter; all pure."""
