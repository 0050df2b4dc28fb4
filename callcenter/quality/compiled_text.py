"""Conditions on words, compiled: what the scan found is verified, nothing else is looked at."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from callcenter.quality import figures
from callcenter.quality.classifier import Classifier
from callcenter.quality.conditions import Classified, FigureDiffers, FigureSaid, Regex, Scope, Speaks, Words
from callcenter.quality.heard import HOLDS, Heard, Hit, Judge
from callcenter.quality.literals import compile_regex, needed, words_regex
from callcenter.quality.scanner import Scanner
from callcenter.quality.transcript import Speaker, Turn, fold, sentence_span

Admits = Callable[[Heard, int, int, int], bool]


def compile_words(node: Words, scanner: Scanner) -> Judge:
    """``any``, ``all`` and ``none``."""
    words = tuple(dict.fromkeys(fold(word) for word in node.words))
    finders = [_Word(word, scanner) for word in words]
    admits = _admits(node.scope)
    if node.mode == "all":
        return lambda heard: _all(heard, finders, admits)
    if node.mode == "any" and node.scope == Scope() and not any(finder.edges for finder in finders):
        numbers = tuple(finder.number for finder in finders)
        return lambda heard: _plain(heard, numbers, words)

    def found(heard: Heard) -> list[Hit]:
        hits = [hit for finder in finders for hit in finder.hits(heard) if admits(heard, *hit[:3])]
        hits.sort()
        return hits

    if node.mode == "none":
        return lambda heard: [] if found(heard) else [HOLDS]
    return found


def _plain(heard: Heard, numbers: tuple[int, ...], words: tuple[str, ...]) -> list[Hit]:
    """Any of the words anywhere: the usual case, without what it does not need."""
    hits: list[Hit] = []
    starts = heard.starts
    for number, word in zip(numbers, words, strict=True):
        if number in heard.found:
            for position in heard.found[number]:
                turn = bisect_right(starts, position) - 1
                at = position - starts[turn]
                hits.append((turn, at, at + len(word), 1.0))
    hits.sort()
    return hits


class _Word:
    """A literal of the scanner; an English one counts as a whole word only."""

    def __init__(self, word: str, scanner: Scanner) -> None:
        self.number = scanner.number(word)
        self.length = len(word)
        self.head = word[0].isascii() and word[0].isalnum()
        self.tail = word[-1].isascii() and word[-1].isalnum()
        self.edges = self.head or self.tail

    def hits(self, heard: Heard) -> list[Hit]:
        found: list[Hit] = []
        for position in heard.found.get(self.number, ()):
            turn, at = heard.at(position)
            end = at + self.length
            if not self.edges or self._whole(heard.turns[turn].folded, at, end):
                found.append((turn, at, end, 1.0))
        return found

    def _whole(self, text: str, at: int, end: int) -> bool:
        before = self.head and at > 0 and text[at - 1].isascii() and text[at - 1].isalnum()
        after = self.tail and end < len(text) and text[end].isascii() and text[end].isalnum()
        return not before and not after


def _all(heard: Heard, finders: list[_Word], admits: Admits) -> list[Hit]:
    """The turns that have every word; each cited by its first word of them."""
    by_turn: dict[int, Hit] = {}
    kept: set[int] | None = None
    for finder in finders:
        mine = [hit for hit in finder.hits(heard) if admits(heard, *hit[:3])]
        for hit in mine:
            by_turn[hit[0]] = min(hit, by_turn.get(hit[0], hit))
        turns = {hit[0] for hit in mine}
        kept = turns if kept is None else kept & turns
        if not kept:
            return []
    return sorted(by_turn[turn] for turn in kept or ())


class Plain(Struct, frozen=True):
    """Any of some words, perhaps of one side: judged while literals are gone through, without a call for each rule."""

    lengths: tuple[tuple[int, int], ...]
    """Number of each literal and its length."""
    by: tuple[Speaker, ...]


def plain(node: Words, scanner: Scanner) -> Plain | None:
    """The plain form of a condition; None for one that looks closer."""
    scope = node.scope
    if node.mode != "any" or scope.first or scope.last or scope.unless or scope.unless_turn:
        return None
    words = tuple(dict.fromkeys(fold(word) for word in node.words))
    if any(_Word(word, scanner).edges for word in words):
        return None
    return Plain(tuple((scanner.number(word), len(word)) for word in words), scope.by)


def earliest(heard: Heard, positions: list[int], by: tuple[Speaker, ...]) -> int:
    """The first of the positions in a turn of one of these speakers; -1 without any."""
    starts, turns = heard.starts, heard.turns
    for position in positions:
        if turns[bisect_right(starts, position) - 1].speaker in by:
            return position
    return -1


def compile_regex_node(node: Regex, scanner: Scanner, *, only_first: bool = False) -> Judge:
    """A regular expression, tried only in turns where the scan found the literals it needs."""
    pattern = compile_regex(node.pattern)
    ways = needed(node.pattern)
    numbers = None if ways is None else [tuple(scanner.number(item) for item in sorted(way)) for way in ways]
    admits = _admits(node.scope)

    def judge(heard: Heard) -> list[Hit]:
        turns = set(range(len(heard.turns))) if numbers is None else _turns_with(heard, numbers)
        hits: list[Hit] = []
        for turn in sorted(turns):
            for match in pattern.finditer(heard.turns[turn].folded):
                if match.end() > match.start() and admits(heard, turn, match.start(), match.end()):
                    hits.append((turn, match.start(), match.end(), 1.0))
                    if only_first:
                        return hits
        return hits

    return judge


def _turns_with(heard: Heard, ways: list[tuple[int, ...]]) -> set[int]:
    """Turns that hold all literals of one of the ways."""
    turns: set[int] = set()
    found = heard.found
    for way in ways:
        if all(number in found for number in way):
            held = [{heard.at(position)[0] for position in found[number]} for number in way]
            turns |= set.intersection(*held)
    return turns


def compile_figure(node: FigureSaid) -> Judge:
    """A number with its unit between two bounds."""
    admits = _admits(node.scope)

    def judge(heard: Heard) -> list[Hit]:
        return [
            (number, figure.start, figure.end, 1.0)
            for number, turn in enumerate(heard.turns)
            for figure in figures.found_in(turn.folded)
            if (node.unit in ("any", figure.unit))
            and (node.over is None or figure.value >= node.over)
            and (node.under is None or figure.value <= node.under)
            and admits(heard, number, figure.start, figure.end)
        ]

    return judge


def compile_differs(node: FigureDiffers) -> Judge:
    """A figure that the screen shows with other values only."""

    def judge(heard: Heard) -> list[Hit]:
        hits: list[Hit] = []
        known: dict[str, set[float]] = {}
        for number, turn in enumerate(heard.turns):
            said = figures.found_in(turn.folded)
            if turn.speaker == "system":
                known = {}
                for figure in said:
                    known.setdefault(figure.unit, set()).add(figure.value)
            elif turn.speaker == node.by:
                hits += [
                    (number, figure.start, figure.end, 1.0)
                    for figure in said
                    if figure.unit in known and figure.value not in known[figure.unit] and not _asked(turn, figure.end)
                ]
        return hits

    return judge


def _asked(turn: Turn, end: int) -> bool:
    first, last = sentence_span(turn.folded, end - 1, end)
    return any(mark in turn.folded[first:last] for mark in ("?", "吗", "不是", "没有", "不到"))


def compile_speaks(node: Speaks) -> Judge:
    """Any turn with words in the scope."""
    scope = node.scope

    def judge(heard: Heard) -> list[Hit]:
        turns = sorted(heard.few(scope.by, scope.first, scope.last))
        return [(turn, 0, len(heard.turns[turn].folded), 1.0) for turn in turns]

    return judge


def compile_classified(node: Classified, model: Classifier) -> Judge:
    """Sentences to which a trained classifier gives enough probability; the certainty is that probability."""
    admits = _admits(node.scope)

    def judge(heard: Heard) -> list[Hit]:
        hits: list[Hit] = []
        for number in sorted(heard.few(node.scope.by, node.scope.first, node.scope.last)):
            text = heard.turns[number].folded
            at = 0
            while at < len(text):
                first, last = sentence_span(text, at, at + 1)
                certain = model.probability(text[first:last])
                if certain >= node.over and admits(heard, number, first, last):
                    hits.append((number, first, last, certain))
                at = max(last, at + 1)
        return hits

    return judge


def _admits(scope: Scope) -> Admits:
    by, first, last = scope.by, scope.first, scope.last
    unless = _search(scope.unless)
    unless_turn = _search(scope.unless_turn)

    def admits(heard: Heard, turn: int, start: int, end: int) -> bool:
        spoken = heard.turns[turn]
        if by and spoken.speaker not in by:
            return False
        if (first or last) and turn not in heard.few(by, first, last):
            return False
        if unless is not None:
            begin, stop = sentence_span(spoken.folded, start, end)
            if unless(spoken.folded[begin:stop]):
                return False
        return unless_turn is None or not unless_turn(spoken.folded)

    return admits


def _search(words: tuple[str, ...]) -> Callable[[str], Any] | None:
    if not words:
        return None
    found: Callable[[str], Any] = compile_regex(words_regex(fold(word) for word in words)).search
    return found
