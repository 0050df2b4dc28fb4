"""Assistants: what understands a customer's sentence. The embedded one needs nothing beside this process."""
