"""The floor page: what supervisors see and do."""
