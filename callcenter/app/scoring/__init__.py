"""Every conversation is scored by the rules in force, in a process of its own that gives way to calls."""
