"""The pure heart: ``handle(event, now) -> effects``. Joins flows, routing and the life of a contact."""
