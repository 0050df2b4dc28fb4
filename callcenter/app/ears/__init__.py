"""The ears' process beside the product, and what is made of what they hear."""
