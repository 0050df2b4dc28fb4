"""Scripts for simulated visitors: what they wait for and what they do then, step by step."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from callcenter.chat.simulated.visitor import SimulatedVisitor
from callcenter.domain.chat import Author
from callcenter.domain.ports import Clock

Do = Literal["begin", "say", "choose", "go", "come_back", "end", "rate", "read", "nothing"]


class Step(Struct, frozen=True):
    """Wait for ``hears`` (a regular expression in a message of ours after the last step), then ``after_ms`` more.

    Then ``do`` it: ``text`` is what to say or choose, or the comment of a rating of ``score``.
    """

    do: Do
    text: str = ""
    hears: str = ""
    after_ms: int = 0
    score: int = 0


async def play(visitor: SimulatedVisitor, steps: list[Step], clock: Clock) -> None:
    """Live through a script. Raises ``Rejected`` when a step can not be done; time limits are the caller's."""
    seen = 0
    for step in steps:
        if step.hears:
            seen = await _heard(visitor, step.hears, seen)
        if step.after_ms:
            await clock.sleep_until(clock.now_ms() + step.after_ms)
        match step.do:
            case "begin":
                await visitor.begin()
            case "say":
                seen = (await visitor.say(step.text)).number
            case "choose":
                seen = (await visitor.choose(step.text)).number
            case "go":
                visitor.go()
            case "come_back":
                await visitor.come_back()
            case "end":
                await visitor.end()
            case "rate":
                await visitor.rate(step.score, step.text)
            case "read":
                await visitor.read()
            case "nothing":
                pass


async def _heard(visitor: SimulatedVisitor, pattern: str, seen: int) -> int:
    """The number of the first message of ours beyond ``seen`` that fits."""
    wanted = re.compile(pattern)
    found: int = await visitor.until(
        lambda screen: next(
            (
                shown.number
                for shown in screen.messages
                if shown.number > seen and shown.author is not Author.VISITOR and wanted.search(shown.text)
            ),
            0,
        )
    )
    return found
