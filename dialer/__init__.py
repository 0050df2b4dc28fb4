"""Outbound dialling: campaigns, lists, pacing, compliance."""
