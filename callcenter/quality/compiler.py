"""From conditions to functions that judge a transcript, and what must be heard before one can hold."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Any

from callcenter.quality import compiled_text as text
from callcenter.quality import compiled_timing as timing
from callcenter.quality.classifier import Classifier
from callcenter.quality.conditions import (
    And,
    CallData,
    Classified,
    FigureDiffers,
    FigureSaid,
    Hold,
    If,
    Near,
    Node,
    Not,
    Or,
    Order,
    OutsideHours,
    Overlap,
    Rate,
    Regex,
    Repeat,
    SameAnswer,
    Silence,
    Speaks,
    TalkShare,
    Use,
    Words,
)
from callcenter.quality.heard import HOLDS, Heard, Hit, Judge
from callcenter.quality.literals import required
from callcenter.quality.scanner import Scanner
from callcenter.quality.transcript import Call, fold


class Compiler:
    """Compiles the conditions of one rule set. References must be checked before: none is missing or circular."""

    def __init__(self, conditions: Mapping[str, Node], models: Mapping[str, Classifier]) -> None:
        self.scanner = Scanner()
        self._conditions = conditions
        self._models = models
        self._named: dict[str, Judge] = {}
        self._simple: dict[type, Callable[[Any], Judge]] = {
            FigureSaid: text.compile_figure,
            FigureDiffers: text.compile_differs,
            Speaks: text.compile_speaks,
            Silence: timing.compile_silence,
            Hold: timing.compile_hold,
            Overlap: timing.compile_overlap,
            Rate: timing.compile_rate,
            TalkShare: timing.compile_talk_share,
            SameAnswer: timing.compile_same_answer,
            OutsideHours: timing.compile_outside,
        }

    def judge(self, node: Node) -> Judge:
        """The function of a condition."""
        simple = self._simple.get(type(node))
        if simple is not None:
            return simple(node)
        match node:
            case Words():
                return text.compile_words(node, self.scanner)
            case Regex():
                return text.compile_regex_node(node, self.scanner)
            case Classified():
                return text.compile_classified(node, self._models[node.model])
            case Use():
                return self._use(node.name)
            case CallData():
                return lambda heard: [HOLDS] if call_is(heard.transcript.call, heard, node) else []
            case And():
                return _and([self.judge(part) for part in node.parts])
            case Or():
                return _or([self.judge(part) for part in node.parts])
            case Not():
                inner = self.judge(node.what)
                return lambda heard: [] if inner(heard) else [HOLDS]
            case Order():
                return _order([self.judge(part) for part in node.parts])
            case Repeat():
                return _repeat(self.judge(node.what), node.times)
            case Near():
                return _near(self.judge(node.what), self.judge(node.to), node)
            case If():
                return self._if(node)
        raise AssertionError(node)

    def first(self, node: Node) -> Judge:
        """The function of a condition of which only the earliest place is asked for."""
        if isinstance(node, Regex):
            return text.compile_regex_node(node, self.scanner, only_first=True)
        return self.judge(node)

    def _use(self, name: str) -> Judge:
        if name not in self._named:
            self._named[name] = self.judge(self._conditions[name])
        inner = self._named[name]

        def judge(heard: Heard) -> list[Hit]:
            found = heard.memo.get(name)
            if found is None:
                found = heard.memo[name] = inner(heard)
            return found

        return judge

    def _if(self, node: If) -> Judge:
        what = self.judge(node.what)
        then = None if node.then is None else self.judge(node.then)
        before = None if node.before is None else self.judge(node.before)

        def judge(heard: Heard) -> list[Hit]:
            hits = what(heard)
            if hits and then is not None:
                later = _useful(then(heard), node, latest=True)
                hits = [hit for hit in hits if not any(_follows(heard, hit, other, node) for other in later(hit[0]))]
            if hits and before is not None:
                earlier = _useful(before(heard), node, latest=False)
                hits = [hit for hit in hits if not any(_follows(heard, other, hit, node) for other in earlier(hit[0]))]
            return hits

        return judge

    def trigger(self, node: Node) -> frozenset[int] | None:
        """Literals of which at least one must be heard before ``node`` can hold; None: it may hold without any."""
        match node:
            case Words(mode="any"):
                return frozenset(self.scanner.number(fold(word)) for word in node.words)
            case Words(mode="all"):
                return frozenset({self.scanner.number(max((fold(word) for word in node.words), key=len))})
            case Regex():
                literals = required(node.pattern)
                return None if literals is None else frozenset(self.scanner.number(item) for item in literals)
            case Use():
                return self.trigger(self._conditions[node.name])
            case And() | Order():
                return _rarest([self.trigger(part) for part in node.parts])
            case Near():
                return _rarest([self.trigger(node.what), self.trigger(node.to)])
            case Or():
                found = [self.trigger(part) for part in node.parts]
                known = [item for item in found if item is not None]
                return frozenset().union(*known) if len(known) == len(found) else None
            case Repeat() | If():
                return self.trigger(node.what)
        return None


def _rarest(found: list[frozenset[int] | None]) -> frozenset[int] | None:
    known = [item for item in found if item is not None]
    return min(known, key=len) if known else None


def _and(parts: list[Judge]) -> Judge:
    def judge(heard: Heard) -> list[Hit]:
        cited: list[Hit] = []
        for part in parts:
            hits = part(heard)
            if not hits:
                return []
            if not cited and hits[0][0] >= 0:
                cited = hits
        return cited or [HOLDS]

    return judge


def _or(parts: list[Judge]) -> Judge:
    def judge(heard: Heard) -> list[Hit]:
        hits = [hit for part in parts for hit in part(heard)]
        cited = sorted({hit for hit in hits if hit[0] >= 0})
        return cited or hits[:1]

    return judge


def _order(parts: list[Judge]) -> Judge:
    def judge(heard: Heard) -> list[Hit]:
        after: tuple[int, int] = (-1, -1)
        hit: Hit | None = None
        for part in parts:
            hit = next((item for item in part(heard) if item[0] >= 0 and item[:2] > after), None)
            if hit is None:
                return []
            # Two parts may not be proven by the same turn of the same speaker.
            after = (hit[0], hit[2] - 1)
        return [] if hit is None else [hit]

    return judge


def _repeat(what: Judge, times: int) -> Judge:
    def judge(heard: Heard) -> list[Hit]:
        first: dict[int, Hit] = {}
        for hit in what(heard):
            first.setdefault(hit[0], hit)
        hits = [first[turn] for turn in sorted(first) if turn >= 0]
        return hits[times - 1 :]

    return judge


def _near(what: Judge, to: Judge, node: Near) -> Judge:
    def judge(heard: Heard) -> list[Hit]:
        hits = what(heard)
        others = to(heard) if hits else []
        return [
            hit
            for hit in hits
            if any(
                _within(heard, hit, other, node.turns, node.seconds) for other in _around(others, hit[0], node.turns)
            )
        ]

    return judge


def _useful(places: list[Hit], node: If, *, latest: bool) -> Callable[[int], list[Hit]]:
    """By the turn of a place: those of ``places`` that can decide about it. Without limits the best one decides."""
    cited = [place for place in places if place[0] >= 0]
    if not cited or (node.turns is None and node.seconds is None):
        best = [max(cited) if latest else min(cited, key=lambda place: (place[0], place[2]))] if cited else []
        return lambda turn: best
    return lambda turn: _around(cited, turn, node.turns)


def _around(places: list[Hit], turn: int, turns: int | None) -> list[Hit]:
    if turns is None:
        return places
    return places[bisect_left(places, (turn - turns,)) : bisect_left(places, (turn + turns + 1,))]


def _follows(heard: Heard, one: Hit, other: Hit, node: If) -> bool:
    """Whether ``other`` comes after ``one`` and near enough; what a turn begins with comes after the gap before it."""
    if one[0] < 0 or other[0] < 0:
        return False
    if (other[0], other[1] + 1) <= (one[0], one[2]):
        return False
    return _within(heard, one, other, node.turns, node.seconds)


def _within(heard: Heard, one: Hit, other: Hit, turns: int | None, seconds: float | None) -> bool:
    if one[0] < 0 or other[0] < 0:
        return False
    if turns is not None and abs(other[0] - one[0]) > turns:
        return False
    if seconds is None:
        return True
    return abs(moment(heard, other) - moment(heard, one)) <= seconds * 1000


def moment(heard: Heard, hit: Hit) -> float:
    """When the place was said, in ms: a turn's characters share its time evenly."""
    turn = heard.turns[hit[0]]
    return turn.start_ms + (turn.end_ms - turn.start_ms) * hit[1] / max(1, len(turn.folded))


def call_is(call: Call, heard: Heard, node: CallData) -> bool:
    """Whether every field asked for is so."""
    for name, wanted in node.wanted:
        if name == "language":
            value: Any = heard.transcript.language.split("-")[0]
        elif name in ("duration_over_s", "duration_under_s"):
            seconds = heard.transcript.duration_ms / 1000
            if not (seconds > wanted if name == "duration_over_s" else seconds < wanted):
                return False
            continue
        elif name == "transfers_over":
            if call.transfers <= wanted:
                return False
            continue
        elif name == "step":
            if not set(wanted) & set(call.steps):
                return False
            continue
        else:
            value = getattr(call, name)
        if value not in wanted:
            return False
    return True
