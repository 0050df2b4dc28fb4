"""What would have been, for supervisors: worked out in a process of its own, on the router of production."""
