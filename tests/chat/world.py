"""What the contract suite needs of each channel: somebody who writes to us, and a way to let time go by."""

from __future__ import annotations

import io
from typing import Any, Protocol

from PIL import Image

from callcenter.chat import Chats
from tests.chat.told import Told


class Party(Protocol):
    """A visitor. What they see is asked for, and waited for."""

    async def begin(self) -> None: ...

    async def say(self, text: str, times: int = 1) -> int: ...

    async def choose(self, text: str) -> int: ...

    async def send_picture(self, name: str) -> int: ...

    async def type(self, on: bool) -> None: ...

    async def read(self) -> None: ...

    async def go(self) -> None: ...

    async def come_back(self) -> None: ...

    async def end(self) -> None: ...

    async def rate(self, score: int, comment: str) -> None: ...

    def texts(self) -> list[str]: ...

    async def sees(self, what: str, value: Any = True) -> None:
        """Until the screen shows it: ``text``, ``choices``, ``typing``, ``ahead``, ``read``, ``closed``, ``survey``."""
        ...


class World(Protocol):
    chats: Chats
    told: Told

    def party(self, name: str = "v") -> Party: ...

    async def long_enough_to_have_left(self) -> None: ...


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "PNG")
    return out.getvalue()
