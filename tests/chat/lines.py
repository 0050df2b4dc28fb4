"""The widget's line in both languages behind one face."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, Protocol

from callcenter.chat.webchat.protocol import Action, WidgetLine

DRIVER = Path(__file__).parent / "line_driver.mjs"


class Line(Protocol):
    phase: str
    attempt: int
    conversation: str
    last: int
    outbox: list[dict[str, Any]]
    due_ms: int | None

    def open(self, now_ms: int) -> list[Action]: ...
    def close(self) -> list[Action]: ...
    def send(self, frame: dict[str, Any], now_ms: int) -> list[Action]: ...
    def read(self, number: int) -> list[Action]: ...
    def connected(self, attempt: int, now_ms: int) -> list[Action]: ...
    def lost(self, attempt: int, now_ms: int) -> list[Action]: ...
    def received(self, attempt: int, frame: dict[str, Any], now_ms: int) -> list[Action]: ...
    def tick(self, now_ms: int) -> list[Action]: ...


class JavaScriptLine:
    """The one that runs in browsers, in a process of Node."""

    _process: subprocess.Popen[str] | None = None

    def __init__(self) -> None:
        cls = type(self)
        if cls._process is None or cls._process.poll() is not None:
            cls._process = subprocess.Popen(
                ["node", str(DRIVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        self._ask("new")

    @classmethod
    def end(cls) -> None:
        if cls._process is not None:
            assert cls._process.stdin
            assert cls._process.stdout
            cls._process.stdin.close()
            cls._process.wait(10)
            cls._process.stdout.close()
            cls._process = None

    def _ask(self, method: str, *rest: Any) -> list[Action]:
        process = self._process
        assert process
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps([method, *rest]) + "\n")
        process.stdin.flush()
        said = json.loads(process.stdout.readline())
        state = said["state"]
        self.phase, self.attempt, self.due_ms = state["phase"], state["attempt"], state["due"]
        self.conversation, self.last, self.outbox = state["conversation"], state["last"], state["outbox"]
        return [tuple(action) for action in said["actions"]]

    def __getattr__(self, method: str) -> Any:
        return lambda *rest: self._ask(method, *rest)


class BothLines:
    """Both at once; what they want must be the same."""

    def __init__(self) -> None:
        self._python, self._script = WidgetLine(), JavaScriptLine()

    def __getattr__(self, name: str) -> Any:
        mine, theirs = getattr(self._python, name), getattr(self._script, name)
        if not callable(mine):
            assert mine == theirs, (name, mine, theirs)
            return mine

        def both(*rest: Any) -> list[Action]:
            wanted, also = mine(*json.loads(json.dumps(rest))), theirs(*rest)
            assert json.loads(json.dumps(wanted)) == json.loads(json.dumps(also)), (name, rest, wanted, also)
            for state in ("phase", "attempt", "conversation", "last", "due_ms", "outbox"):
                assert getattr(self._python, state) == getattr(self._script, state), (name, state)
            return list(wanted)

        return both
