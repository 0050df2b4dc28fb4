"""Recognisers: what is said becomes text. The heavy ones are optional and loaded when they are first used."""
