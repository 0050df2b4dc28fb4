"""What dialling out asks of a callback."""

from __future__ import annotations

from callcenter.core import callback_rules, callback_waits, callbacks
from callcenter.core.state import Contact
from callcenter.core.turn import Turn


def may_dial(t: Turn, c: Contact) -> bool:
    """Whether the customer may be called at this moment."""
    return callback_waits.may_dial(t, c)


def not_now(t: Turn, c: Contact) -> None:
    """Back to where it waits."""
    callback_waits.go_on(t, c)


def caller_number(t: Turn, c: Contact) -> str:
    """The number its queue shows."""
    return callbacks.rule_of(t, c).caller_number


def ring_ms(t: Turn, c: Contact) -> int:
    """As its queue says."""
    return callbacks.rule_of(t, c).ring_ms


def detects_machines(t: Turn, c: Contact) -> bool:
    """Whoever asked to be called is not kept waiting for that."""
    return False


def machine(t: Turn, c: Contact) -> bool:
    """A machine is as good as a person: the agent hears it."""
    return False


def leave_message(t: Turn, c: Contact) -> None:
    """Never asked for."""


def wraps_up(t: Turn, c: Contact, outcome: str) -> bool:
    """As its queue says, and never after a fault of ours."""
    return callbacks.rule_of(t, c).wrap_up and outcome not in callback_rules.OUR_FAULT


def queue(c: Contact) -> str:
    """The queue it waited in."""
    return c.queue


def answered(t: Turn, c: Contact) -> None:
    """The promise is kept."""
    callbacks.reached(t, c)


def not_reached(t: Turn, c: Contact, outcome: str) -> None:
    """Tried again later, or given up."""
    callback_waits.not_reached(t, c)
