"""Whatever becomes of the lines between widget and server: each message once and in order, on both sides.

The network here is mean: a line may die at any moment with frames under way both ways, what was sent on a dead
line may still reach the server long after, the widget may hear of it late or by its clock alone, the server takes
its time to keep what it accepted. The real lines of server and widget are driven through it, in Python and JavaScript.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from callcenter.chat.webchat import frames as fr
from callcenter.chat.webchat.protocol import ANSWER_MS, CONNECT_MS, LONGEST_PAUSE_MS, QUIET_MS, ServerLine, WidgetLine
from callcenter.domain.chat import Author
from tests.chat.lines import BothLines, JavaScriptLine, Line

Frame = dict[str, Any]


class Wire:
    """One attempt's connection. ``alive``: it carries; ``open``: the widget has not hung up."""

    def __init__(self, now_ms: int) -> None:
        self.up: deque[Frame] = deque()
        self.down: deque[Frame] = deque()
        self.alive = True
        self.server = ServerLine(now_ms)
        self.greeted = False


class Talk:
    """A conversation at the server: accepted at once, kept a while later, in order."""

    def __init__(self, id: str) -> None:
        self.id = id
        self.kept: list[fr.Said] = []
        self.accepted: list[tuple[fr.Said, list[Wire]]] = []
        self.open = True

    def accept(self, by: Author, text: str, key: str = "", wire: Wire | None = None) -> None:
        for message, waiting in self.accepted:
            if key and message.id == key:
                waiting += [wire] if wire else []
                return
        number = len(self.kept) + len(self.accepted) + 1
        self.accepted.append((fr.Said(number, 0, by, text=text, id=key), [wire] if wire else []))

    @property
    def state(self) -> fr.State:
        return fr.State(self.id, self.open, len(self.kept))


class Breakdowns(RuleBasedStateMachine):
    """``line`` is the widget's; ``shown`` is what the visitor sees, by conversation."""

    make: Any = WidgetLine

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000_000
        self.line: Line = self.make()
        self.wires: dict[int, Wire] = {}
        self.talks: list[Talk] = []
        self.written: list[str] = []
        self.settled: list[str] = []
        self.refused: list[str] = []
        self.shown: dict[str, list[Frame]] = {}
        self.showing = ""
        self.posted = 0
        self.do(self.line.open(self.now))

    # --- the widget's hands

    def do(self, actions: list[Any]) -> None:
        for kind, *rest in actions:
            if kind == "dial":
                self.wires[rest[0]] = Wire(self.now)
            elif kind == "hang_up":
                self.wires[rest[0]].alive = False
            elif kind == "send":
                if self.wires[rest[0]].alive:
                    self.wires[rest[0]].up.append(rest[1])
            elif kind == "begin":
                self.showing = rest[0]
                self.shown[self.showing] = []
            elif kind == "show":
                self.shown[self.showing].append(rest[0])
            elif kind == "sent":
                self.settled.append(rest[0])
            elif kind == "failed":
                self.refused.append(rest[0])

    # --- the server

    @property
    def talk(self) -> Talk | None:
        return self.talks[-1] if self.talks else None

    def serve(self, wire: Wire, frame: Frame) -> None:
        wire.server.heard(self.now)
        if frame["t"] == "hello":
            wire.greeted = True
            state = None
            if self.talk is not None:
                wire.server.resume(self.talk.id, frame["conversation"], frame["last"])
                state = self.talk.state
            self.tell(wire, fr.Welcome("t", "p", state=state))
            self.follow(wire)
        elif frame["t"] == "say":
            self.say(wire, frame)
        elif frame["t"] == "ping":
            self.tell(wire, fr.Pong())

    def say(self, wire: Wire, frame: Frame) -> None:
        for talk in self.talks:
            for message in talk.kept:
                if message.id == frame["id"]:
                    self.tell(wire, fr.Ack(frame["id"], message.n))
                    return
            if any(message.id == frame["id"] for message, _ in talk.accepted):
                talk.accept(Author.VISITOR, "", frame["id"], wire)
                return
        wanted = frame.get("conversation", "")
        open_talk = self.talk if self.talk is not None and self.talk.open else None
        if wanted and (open_talk is None or open_talk.id != wanted):
            self.tell(wire, fr.Refused(frame["id"], "conversation_closed"))
            return
        if open_talk is None:
            open_talk = Talk(f"c{len(self.talks) + 1}")
            self.talks.append(open_talk)
        open_talk.accept(Author.VISITOR, frame["text"], frame["id"], wire)

    def tell(self, wire: Wire, frame: fr.AnyAnswer) -> None:
        if wire.alive:
            wire.down.append(msgspec.json.decode(msgspec.json.encode(frame)))

    def follow(self, wire: Wire) -> None:
        if self.talk is None or not wire.greeted:
            return
        wire.server.follow(self.talk.id)
        for frame in wire.server.news(self.talk.state, self.talk.kept[wire.server.sent :]):
            self.tell(wire, frame)

    def keep(self, count: int) -> None:
        for talk in self.talks:
            done, talk.accepted = talk.accepted[:count], talk.accepted[count:]
            for message, waiting in done:
                talk.kept.append(message)
                for wire in waiting:
                    self.tell(wire, fr.Ack(message.id, message.n))
        for wire in self.wires.values():
            self.follow(wire)

    # --- what may happen

    @initialize(under_way=st.booleans())
    def begins(self, under_way: bool) -> None:
        """On a fresh page, or in the middle of a talk."""
        if under_way:
            self.the_visitor_writes()
            self.all_goes_well_for_a_moment(2)
            self.the_agent_writes()

    @rule()
    def the_visitor_writes(self) -> None:
        key = f"key-{len(self.written):05}"
        self.written.append(key)
        self.do(self.line.send({"t": "say", "id": key, "text": key, "conversation": ""}, self.now))

    @precondition(lambda self: self.talk is not None and self.talk.open)
    @rule()
    def the_agent_writes(self) -> None:
        assert self.talk
        self.posted += 1
        self.talk.accept(Author.AGENT, f"answer {self.posted}")

    @precondition(lambda self: self.talk is not None and self.talk.open)
    @rule()
    def the_agent_closes(self) -> None:
        assert self.talk
        self.talk.open = False
        for wire in self.wires.values():
            self.follow(wire)

    @precondition(lambda self: self.talk is not None and self.talk.open)
    @rule(count=st.integers(1, 4))
    def the_agent_writes_and_it_is_under_way(self, count: int) -> None:
        for _ in range(count):
            self.the_agent_writes()
        self.keep(9)

    @rule(count=st.integers(1, 3))
    def the_server_keeps(self, count: int) -> None:
        self.keep(count)

    @rule(back=st.integers(0, 2), count=st.integers(1, 4))
    def frames_reach_the_server(self, back: int, count: int) -> None:
        """Also those of lines that died long ago."""
        wire = self.wires.get(self.line.attempt - back)
        for _ in range(count):
            if wire and wire.up:
                self.serve(wire, wire.up.popleft())

    @rule(count=st.integers(1, 4))
    def frames_reach_the_widget(self, count: int) -> None:
        attempt = self.line.attempt
        wire = self.wires[attempt]
        for _ in range(count):
            if wire.alive and wire.down:
                self.do(self.line.received(attempt, wire.down.popleft(), self.now))

    @rule(keeps=st.integers(0, 2))
    def all_goes_well_for_a_moment(self, keeps: int) -> None:
        """Else no machine would get far."""
        for _ in range(3):
            if self.line.phase == "pausing":
                assert self.line.due_ms is not None
                self.now = max(self.now, self.line.due_ms)
                self.do(self.line.tick(self.now))
            self.the_line_stands()
            wire = self.wires[self.line.attempt]
            while wire.alive and wire.up:
                self.serve(wire, wire.up.popleft())
            self.keep(keeps)
            self.frames_reach_the_widget(100)

    @rule()
    def the_line_stands(self) -> None:
        if self.wires[self.line.attempt].alive:
            self.do(self.line.connected(self.line.attempt, self.now))

    @rule(told=st.booleans(), last_words=st.booleans())
    def the_line_dies(self, told: bool, last_words: bool) -> None:
        wire = self.wires[self.line.attempt]
        wire.alive = False
        wire.down.clear()
        if not last_words:
            wire.up.clear()
        if told:
            self.do(self.line.lost(self.line.attempt, self.now))

    @rule(twice=st.booleans())
    def an_answer_comes_twice_or_never(self, twice: bool) -> None:
        """As when one of two polls under way at once is lost, or both bring the same."""
        attempt = self.line.attempt
        wire = self.wires[attempt]
        if wire.alive and wire.down:
            frame = wire.down.popleft()
            for _ in range(2 if twice else 0):
                self.do(self.line.received(attempt, frame, self.now))

    @rule(attempt=st.integers(0, 3))
    def an_old_line_speaks(self, attempt: int) -> None:
        old = self.line.attempt - 1 - attempt
        self.do(self.line.lost(old, self.now))
        self.do(self.line.received(old, {"t": "said", "n": 1, "at": 0, "by": "agent", "text": "ghost"}, self.now))

    @rule(ms=st.sampled_from([10, 300, 700, ANSWER_MS, CONNECT_MS, LONGEST_PAUSE_MS, QUIET_MS + 1]))
    def time_goes_by(self, ms: int) -> None:
        self.now += ms
        self.do(self.line.tick(self.now))

    # --- what holds

    @invariant()
    def the_visitor_sees_each_message_once_and_in_order(self) -> None:
        for talk in self.talks:
            seen = self.shown.get(talk.id, [])
            assert [frame["n"] for frame in seen] == list(range(1, len(seen) + 1))
            assert [frame["text"] for frame in seen] == [message.text for message in talk.kept[: len(seen)]]

    @invariant()
    def nothing_is_kept_twice_or_out_of_order(self) -> None:
        kept = [m.id for talk in self.talks for m in [*talk.kept, *(a for a, _ in talk.accepted)] if m.id]
        assert kept == [key for key in self.written if key in set(kept)]

    def teardown(self) -> None:
        """Once the network is sound again, everything arrives."""
        for _ in range(60 + 4 * len(self.written)):
            wire = self.wires[self.line.attempt]
            if wire.alive:
                self.do(self.line.connected(self.line.attempt, self.now))
            for old in self.wires.values():
                while old.up:
                    self.serve(old, old.up.popleft())
            self.keep(1_000)
            while wire.alive and wire.down:
                self.do(self.line.received(self.line.attempt, wire.down.popleft(), self.now))
            if self.line.due_ms is not None and self.line.phase in ("pausing", "dialing") and not wire.alive:
                self.now = max(self.now, self.line.due_ms)
                self.do(self.line.tick(self.now))
            if not self.line.outbox and self.line.phase == "up" and wire.alive and not wire.down and not wire.up:
                break
            self.now += 1_000
            self.do(self.line.tick(self.now))
        assert self.line.outbox == []
        kept = [m.id for talk in self.talks for m in talk.kept if m.id]
        assert kept == self.written
        assert self.refused == []
        if self.talk is not None:
            assert [f["text"] for f in self.shown[self.talk.id]] == [m.text for m in self.talk.kept]
        assert sorted(set(self.settled)) == sorted(self.written)
        assert len(self.settled) == len(self.written)


@pytest.fixture(scope="module")
def script() -> Iterator[None]:
    yield
    JavaScriptLine.end()


_CALM = settings(max_examples=150, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck))


def test_the_lines_of_the_product() -> None:
    run_state_machine_as_test(Breakdowns, settings=_CALM)


def test_the_widgets_script_does_the_same(script: None) -> None:
    machine = type("WithScript", (Breakdowns,), {"make": BothLines})
    run_state_machine_as_test(machine, settings=settings(_CALM, max_examples=60))
