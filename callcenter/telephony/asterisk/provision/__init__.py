"""Brings the real parts: Asterisk itself and the programs tests and prompts need."""
