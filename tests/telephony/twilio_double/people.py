"""Callers and telephones around the double."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from callcenter.domain.contact import LegEndCause

if TYPE_CHECKING:
    from tests.telephony.twilio_double.call import DoubleCall

KEY_EVERY_MS = 150


class Person:
    """Someone with a telephone: presses keys at a human pace, hears what the call gives."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.call: DoubleCall | None = None
        self.ended: LegEndCause | None = None
        self.answered = self.ringing = False
        self.keys_heard = ""
        self.calls = 0
        """How often this telephone rang or rang us."""
        self.answer_after_ms: int | None = 0
        self.refuses: LegEndCause | None = None
        self.online = True
        self.machine = False
        """Whether an answering machine picks up."""
        self._to_press: list[str] = []
        self._changed = asyncio.Event()

    def begin(self, call: DoubleCall) -> None:
        self.call, self.ended, self.answered, self.ringing, self.keys_heard = call, None, False, False, ""
        self.calls += 1
        self._to_press.clear()
        self.changed()

    def end(self, told: LegEndCause) -> None:
        self.call, self.ended, self.answered, self.ringing = None, told, False, False
        self.changed()

    def hears(self) -> list[str]:
        return self.call.hears() if self.call is not None else []

    def press(self, keys: str) -> None:
        assert self.call is not None
        busy = bool(self._to_press)
        self._to_press += keys
        if not busy and self._to_press:
            self.call.double.spawn(self._press(self.call))

    async def _press(self, call: DoubleCall) -> None:
        while self._to_press and self.call is call:
            call.pressed(self._to_press[0])
            await call.double.pause(KEY_EVERY_MS)
            if self._to_press:
                self._to_press.pop(0)

    def hang_up(self) -> None:
        assert self.call is not None
        self.call.left()

    def answer(self) -> None:
        assert self.call is not None
        self.call.picked_up()

    async def wait(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._changed.clear()
            await self._changed.wait()

    def changed(self) -> None:
        self._changed.set()
