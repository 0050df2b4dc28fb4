"""Training the assistant while it is at work: in a process of its own, judged before anything serves."""
