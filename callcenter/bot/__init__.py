"""Assistants: what understands a customer's sentence. The embedded one needs no process beside this one."""
