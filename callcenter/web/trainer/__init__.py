"""The trainer's pages in values for templates."""
