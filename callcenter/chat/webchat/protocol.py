"""Both ends of a chat line, without any clock or network: nothing lost, nothing twice, whatever becomes of the lines.

The rule of it: the widget sends one thing at a time and keeps it until it is answered; the server does what bears the
same id once; messages have numbers without gaps, and whoever comes back says which one they have. ``chat_line.js`` is
the same as :class:`WidgetLine`, and tests run both through the same breakdowns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from callcenter.chat.webchat.frames import Now, Said, State

CONNECT_MS = 8_000
"""A line that did not bring a welcome by then is given up."""
ANSWER_MS = 10_000
"""A frame that was not answered by then: the line is dead, whatever it says."""
QUIET_MS = 25_000
"""After so long without a word the widget asks whether the server is there."""
FIRST_PAUSE_MS = 500
LONGEST_PAUSE_MS = 15_000
SILENT_MS = 65_000
"""A widget that said nothing for so long is gone."""

Action = tuple[Any, ...]
"""``("dial", attempt)``, ``("hang_up", attempt)``, ``("send", attempt, frame)``, ``("show", frame)``,
``("sent", id, number)``, ``("failed", id, code, detail)``, ``("pass", frame)``, ``("begin", conversation)``."""


class ServerLine:
    """One page's line as the server sees it: which messages it was given, which state, when it was heard."""

    __slots__ = ("conversation", "heard_ms", "rev", "sent", "state")

    def __init__(self, now_ms: int) -> None:
        self.heard_ms = now_ms
        self.conversation = ""
        self.sent = 0
        self.state: State | None = None
        self.rev = 0

    def resume(self, conversation: str, has: str, last: int, rev: int = 0) -> None:
        """The page has messages up to ``last`` of conversation ``has``, and state ``rev``."""
        self.conversation = conversation
        self.sent = last if has == conversation else 0
        if has != conversation or rev != self.rev or not rev:
            self.state = None

    def follow(self, conversation: str) -> None:
        """Go on with a conversation; another one than before is given from its beginning."""
        if conversation != self.conversation:
            self.resume(conversation, "", 0)

    def news(self, state: State, messages: Sequence[Said]) -> list[Now | Said]:
        """What the page does not have: its conversation as it is, then messages above ``sent`` in order."""
        out: list[Now | Said] = []
        if self.state is None or _without_last(state) != _without_last(self.state):
            self.rev += 1
            out.append(Now(state, self.rev))
        self.state = state
        for message in messages:
            if message.n == self.sent + 1:
                self.sent = message.n
                out.append(message)
        return out

    def heard(self, now_ms: int) -> None:
        """The page gave a sign of life."""
        self.heard_ms = now_ms

    def is_silent(self, now_ms: int) -> bool:
        """Whether the page is gone."""
        return now_ms - self.heard_ms > SILENT_MS


def _without_last(state: State) -> State:
    """A new message alone is no new state: the message itself tells of it."""
    return msgspec.structs.replace(state, last=0)


class WidgetLine:
    """The widget's end. Every method returns what is to be done; ``due_ms`` says when :meth:`tick` is wanted.

    ``chance`` gives numbers from 0 to 1, so that many widgets do not come back at once. What a transport tells bears
    the ``attempt`` of its ``dial``: the words of an older one are not heard.
    """

    def __init__(self, chance: Callable[[], float] = lambda: 0.5) -> None:
        self._chance = chance
        self.phase = "off"  # off, dialing, greeting, syncing, up, pausing, over
        self.attempt = 0
        self.conversation = ""
        self.last = 0
        self.outbox: list[dict[str, Any]] = []
        self.due_ms: int | None = None
        self._target = 0
        self._in_flight = ""
        self._hold_ms = 0
        self._heard_ms = 0
        self._asked_ms: int | None = None
        self._sent_ms = 0
        self._failures = 0
        self._read = 0
        self._read_told = 0

    # --- the page

    def open(self, now_ms: int) -> list[Action]:
        """Connect, and stay connected."""
        if self.phase not in ("off", "over", "pausing"):
            return []
        self._failures = 0
        return self._dial(now_ms)

    def close(self) -> list[Action]:
        """Connect no more."""
        was, self.phase, self.due_ms = self.phase, "off", None
        return [("hang_up", self.attempt)] if was in ("dialing", "greeting", "syncing", "up") else []

    def hello(self) -> dict[str, Any]:
        """What the page has; the transport adds who it is."""
        return {"conversation": self.conversation, "last": self.last}

    def send(self, frame: dict[str, Any], now_ms: int) -> list[Action]:
        """Send a frame with an ``id``, now or when there is a line, until it is answered."""
        self.outbox.append({**frame, "conversation": frame.get("conversation", self.conversation)})
        return self._flush(now_ms)

    def drop(self, id: str) -> None:
        """Forget a frame that is not under way; whoever else may have sent it is not our concern."""
        self.outbox = [frame for frame in self.outbox if frame["id"] != id or id == self._in_flight]

    def whisper(self, frame: dict[str, Any]) -> list[Action]:
        """Send something that is worth its moment only."""
        return [("send", self.attempt, frame)] if self.phase == "up" else []

    def read(self, number: int) -> list[Action]:
        """Everything up to ``number`` was seen."""
        self._read = max(self._read, number)
        return self._tell_read()

    # --- the transport

    def connected(self, attempt: int, now_ms: int) -> list[Action]:
        """There is a line: say hello."""
        if attempt != self.attempt or self.phase != "dialing":
            return []
        self.phase = "greeting"
        self._heard_ms = now_ms
        return [("send", self.attempt, {"t": "hello", **self.hello()})]

    def lost(self, attempt: int, now_ms: int) -> list[Action]:
        """The line is gone."""
        if attempt != self.attempt or self.phase in ("off", "over", "pausing"):
            return []
        return self._pause(now_ms)

    def received(self, attempt: int, frame: dict[str, Any], now_ms: int) -> list[Action]:
        """The server said something."""
        if attempt != self.attempt or self.phase not in ("greeting", "syncing", "up"):
            return []
        self._heard_ms, self._asked_ms = now_ms, None
        kind = frame["t"]
        if self.phase == "greeting" and kind not in ("welcome", "bye"):
            return []
        handler = {
            "welcome": self._welcome,
            "state": self._state,
            "said": self._said,
            "ack": self._ack,
            "refused": self._refused,
            "wait": self._wait,
            "bye": self._bye,
        }.get(kind, self._other)
        actions = handler(frame, now_ms)
        self._plan(now_ms)
        return actions

    # --- time

    def tick(self, now_ms: int) -> list[Action]:
        """Time has come, perhaps."""
        if self.due_ms is None or now_ms < self.due_ms:
            return []
        if self.phase == "pausing":
            return self._dial(now_ms)
        if self.phase in ("dialing", "greeting", "syncing"):
            return [("hang_up", self.attempt), *self._pause(now_ms)]
        if self._in_flight and now_ms - self._sent_ms >= ANSWER_MS:
            return [("hang_up", self.attempt), *self._pause(now_ms)]
        if self._asked_ms is not None and now_ms - self._asked_ms >= ANSWER_MS:
            return [("hang_up", self.attempt), *self._pause(now_ms)]
        actions = self._flush(now_ms)
        if not actions and self._asked_ms is None and now_ms - self._heard_ms >= QUIET_MS:
            self._asked_ms = now_ms
            actions = [("send", self.attempt, {"t": "ping"})]
        self._plan(now_ms)
        return actions

    # --- parts

    def _dial(self, now_ms: int) -> list[Action]:
        self.attempt += 1
        self.phase = "dialing"
        self.due_ms = now_ms + CONNECT_MS
        return [("dial", self.attempt)]

    def _pause(self, now_ms: int, ms: int | None = None) -> list[Action]:
        if ms is None:
            longest = min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2**self._failures)
            ms = round(longest * (0.5 + self._chance() / 2))
        self._failures += 1
        self.phase = "pausing"
        self._in_flight, self._asked_ms = "", None
        self.due_ms = now_ms + ms
        return []

    def _plan(self, now_ms: int) -> None:
        """When to look again."""
        if self.phase == "syncing":
            self.due_ms = now_ms + CONNECT_MS
        if self.phase != "up":
            return
        due = [self._heard_ms + QUIET_MS if self._asked_ms is None else self._asked_ms + ANSWER_MS]
        if self._in_flight:
            due.append(self._sent_ms + ANSWER_MS)
        elif self.outbox:
            due.append(self._hold_ms)
        self.due_ms = min(due)

    def _welcome(self, frame: dict[str, Any], now_ms: int) -> list[Action]:
        if self.phase != "greeting":
            return []
        self.phase = "syncing"
        self._failures = 0
        self._hold_ms = self._read_told = 0
        self._target = self.last
        actions: list[Action] = [("pass", frame)]
        if frame.get("state") is not None:
            actions += self._follow(frame["state"])
            self._target = frame["state"]["last"]
        return [*actions, *self._when_synced(now_ms)]

    def _state(self, frame: dict[str, Any], now_ms: int) -> list[Action]:
        return [*self._follow(frame["state"]), ("pass", frame)]

    def _follow(self, state: dict[str, Any]) -> list[Action]:
        if state["id"] == self.conversation:
            return []
        self.conversation, self.last, self._target = state["id"], 0, state["last"]
        self._read = self._read_told = 0
        return [("begin", state["id"])]

    def _said(self, frame: dict[str, Any], now_ms: int) -> list[Action]:
        if frame["n"] <= self.last:
            return []
        if frame["n"] > self.last + 1:
            # never on a sound line: begin again from what we have
            return [("hang_up", self.attempt), *self._pause(now_ms)]
        self.last = frame["n"]
        actions: list[Action] = [("show", frame)]
        if frame.get("id"):
            actions += self._settle(frame["id"], frame["n"])
        return [*actions, *(self._when_synced(now_ms) if self.phase == "syncing" else self._flush(now_ms))]

    def _when_synced(self, now_ms: int) -> list[Action]:
        if self.last < self._target:
            return []
        self.phase = "up"
        return [*self._tell_read(), *self._flush(now_ms)]

    def _ack(self, frame: dict[str, Any], now_ms: int) -> list[Action]:
        return [*self._settle(frame["id"], frame.get("n", 0)), *self._flush(now_ms)]

    def _refused(self, frame: dict[str, Any], now_ms: int) -> list[Action]:
        if not self._take_out(frame["id"]):
            return []
        failed = ("failed", frame["id"], frame["code"], frame.get("detail", ""))
        return [failed, *self._flush(now_ms)]

    def _wait(self, frame: dict[str, Any], now_ms: int) -> list[Action]:
        if frame["id"] == self._in_flight:
            self._in_flight = ""
            self._hold_ms = now_ms + frame["ms"]
        return []

    def _bye(self, frame: dict[str, Any], now_ms: int) -> list[Action]:
        if frame.get("ms"):
            return [("hang_up", self.attempt), ("pass", frame), *self._pause(now_ms, frame["ms"])]
        self.phase, self.due_ms, self._in_flight = "over", None, ""
        return [("hang_up", self.attempt), ("pass", frame)]

    def _other(self, frame: dict[str, Any], now_ms: int) -> list[Action]:
        return [("pass", frame)]

    def _settle(self, id: str, number: int) -> list[Action]:
        return [("sent", id, number)] if self._take_out(id) else []

    def _take_out(self, id: str) -> bool:
        before = len(self.outbox)
        self.outbox = [frame for frame in self.outbox if frame["id"] != id]
        if self._in_flight == id:
            self._in_flight = ""
        return len(self.outbox) < before

    def _flush(self, now_ms: int) -> list[Action]:
        if self.phase != "up" or self._in_flight or not self.outbox or now_ms < self._hold_ms:
            return []
        frame = self.outbox[0]
        self._in_flight, self._sent_ms = frame["id"], now_ms
        sent = dict(frame)
        frame["again"] = True
        self._plan(now_ms)
        return [("send", self.attempt, sent)]

    def _tell_read(self) -> list[Action]:
        if self.phase != "up" or self._read <= self._read_told:
            return []
        self._read_told = self._read
        return [("send", self.attempt, {"t": "read", "n": self._read})]
