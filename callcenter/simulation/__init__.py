"""The event-heap simulator: drawn customers and agents on the real router, in virtual time. Pure."""
