"""Routing (ACD): which contact meets which agent, and why. Pure."""
