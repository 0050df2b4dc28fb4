"""The product in a process of its own that a test may kill; see :mod:`tests.app.killable`."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from callcenter.app.settings import Settings
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.journal import JournalEntry, encode_event
from callcenter.storage import Storage
from tests.app.live import REPOSITORY

State = dict[str, Any]


class Killed:
    """``state`` is the newest picture the product gave."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.file = settings.data / "settings.json"
        plain = settings.model_dump(mode="json") | {"demo_password": "demo-password-1"}
        plain["trunks"] = [{**trunk, "secret": ""} for trunk in plain["trunks"]]
        self.file.write_text(json.dumps(plain))
        self.state: State = {}
        self.process: asyncio.subprocess.Process | None = None
        self.changed = asyncio.Event()
        self.reading: asyncio.Task[None] | None = None

    @property
    def log(self) -> str:
        """What the product said, over all its lives."""
        return (self.file.parent / "killable.log").read_text()

    async def start(self) -> None:
        self.state = {}
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.app.killable",
            str(self.file),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(self.file.parent / "killable.log").open("ab"),
            cwd=REPOSITORY,
        )
        self.reading = asyncio.create_task(self._read())
        await self.until(lambda s: s["up"], "the product up", 40)

    async def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        assert await self.process.wait() == -signal.SIGKILL

    async def stop(self) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(b"stop\n")
        assert await asyncio.wait_for(self.process.wait(), 20) == 0

    async def send(self, event: ev.Event) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(encode_event(event) + b"\n")
        await self.process.stdin.drain()

    async def ready(self, agent: str) -> None:
        await self.send(ev.AgentSignedIn(agent=agent, desk=""))
        await self.send(ev.StateRequested(agent=agent, state=AgentState.AVAILABLE))
        await self.until(lambda s: s["agents"][agent]["state"] != "logged_out", f"{agent} signed in")

    async def until(self, condition: Callable[[State], Any], what: str, timeout_s: float = 15) -> Any:
        try:
            async with asyncio.timeout(timeout_s):
                while not (self.state and (found := condition(self.state))):
                    self.changed.clear()
                    await self.changed.wait()
        except TimeoutError:
            raise AssertionError(f"not within {timeout_s} s: {what}; {self.state}\n{self.log[-3000:]}") from None
        return found

    async def journal(self) -> list[JournalEntry]:
        storage = await Storage.open(self.settings.database_url)
        try:
            return [entry async for entry in storage.journal.read()]
        finally:
            await storage.close()

    async def _read(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.state = json.loads(line) if line.startswith(b'{"seq"') else self.state
            self.changed.set()

    def clear_away(self) -> None:
        """End what may be left of it, its Asterisk too."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.settings.run_dir / "run/asterisk.pid").read_text())
            os.kill(pid, signal.SIGKILL)
