"""Ended sessions are told at once to whoever keeps pages open for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ended:
    """What is over: all sessions of ``user`` but the one whose hash is ``keep``, or the one session of that hash."""

    user: int = 0
    session: str = ""
    keep: str = ""


class SessionEnds:
    """One process's listeners. Ends in another process are found by the check that open pages make now and then."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Ended], object]] = []

    def listen(self, listener: Callable[[Ended], object]) -> None:
        """Call ``listener`` for every end from now on."""
        self._listeners.append(listener)

    def tell(self, ended: Ended) -> None:
        """Something ended: it is stored already, so that who asks again is refused."""
        for listener in self._listeners:
            listener(ended)
