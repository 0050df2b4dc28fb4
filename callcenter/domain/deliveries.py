"""What another system is to be told about an alarm, and how far that has come."""

from __future__ import annotations

from msgspec import Struct


class Delivery(Struct, frozen=True):
    """One message to one webhook. ``id`` is the same at every try, so that the receiver knows a repetition.

    ``alarm`` and ``since_ms`` name the alarm that began then; ``raised`` says whether this tells its beginning or its
    end. ``due_ms`` is when it is tried next, ``tries`` how often it was.
    """

    id: str
    webhook: str
    alarm: str
    since_ms: int
    raised: bool
    body: str
    made_ms: int
    due_ms: int
    tries: int = 0
