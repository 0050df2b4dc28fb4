"""Regulation as tested data: packs of rules, the facts they need, and the verdict on one call."""
