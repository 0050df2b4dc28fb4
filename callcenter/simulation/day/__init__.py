"""A past day, read from its journal, as a scenario: the customers as they came, the agents as they were there."""
