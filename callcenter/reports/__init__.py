"""Figures: each defined once, worked out of sums that are counted from the journal's facts. Pure."""
