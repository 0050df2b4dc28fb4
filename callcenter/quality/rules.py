"""Rules, rule sets and what they find."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from callcenter.quality.classifier import Classifier
from callcenter.quality.compiled_text import Plain, earliest, plain
from callcenter.quality.compiler import Compiler
from callcenter.quality.conditions import Node, Words
from callcenter.quality.heard import Heard, Hit, Judge
from callcenter.quality.transcript import Speaker, Transcript, sentence_span

KINDS = ("service", "compliance", "fatal", "risk")
SIDES = ("agent", "customer", "bot", "both")


class Example(Struct, frozen=True):
    """A conversation kept beside a rule: whether it is found there, and in which turn (None: not said)."""

    hit: bool
    transcript: Transcript
    turn: int | None
    line: int


class Rule(Struct, frozen=True):
    """One finding: ``when`` it is found, which place of several it cites (``first``, ``last`` or ``none``)."""

    id: str
    title: Mapping[str, str]
    kind: str
    side: str
    when: Node
    applies: Node | None = None
    cite: str = "first"
    confidence: float = 1.0
    examples: tuple[Example, ...] = ()
    file: str = ""
    line: int = 1


class Finding(Struct, frozen=True):
    """A rule that found something. ``turn`` counts from 0 as in the file; None: a finding of absence."""

    id: str
    kind: str
    side: str
    turn: int | None
    start_ms: int | None
    quote: str
    confidence: float


class Loaded(Struct):
    """Rules and named conditions as read."""

    rules: dict[str, Rule] = field(default_factory=dict)
    conditions: dict[str, Node] = field(default_factory=dict)


class RuleSet:
    """Rules compiled together: one pass over a transcript, then only rules whose words were heard are judged."""

    def __init__(self, loaded: Loaded, models: Mapping[str, Classifier]) -> None:
        # By id, so that nothing depends on the order rules are written in.
        self.rules: Sequence[Rule] = [loaded.rules[name] for name in sorted(loaded.rules)]
        self._sides = [rule.side for rule in self.rules]
        compiler = Compiler(loaded.conditions, models)
        self._scanner = compiler.scanner
        self._judges: dict[int, tuple[Judge | None, Judge]] = {}
        self._always: list[int] = []
        places: dict[int, list[tuple[int, int, tuple[Speaker, ...]]]] = {}
        wanted: dict[int, list[int]] = {}
        for number, rule in enumerate(self.rules):
            simple = plain_form(rule, compiler)
            if simple is not None:
                for literal, length in simple.lengths:
                    places.setdefault(literal, []).append((number, length, simple.by))
                continue
            applies = None if rule.applies is None else compiler.judge(rule.applies)
            when = compiler.judge(rule.when) if rule.cite == "last" else compiler.first(rule.when)
            self._judges[number] = (applies, when)
            trigger = compiler.trigger(rule.when)
            if trigger is None:
                self._always.append(number)
            for literal in trigger or ():
                wanted.setdefault(literal, []).append(number)
        self._plain = {literal: tuple(uses) for literal, uses in places.items()}
        self._wanted = {literal: tuple(numbers) for literal, numbers in wanted.items()}
        self._scanner.close()

    def verdicts(self, transcript: Transcript, *, even_unheard: bool = False) -> tuple[Heard, list[tuple[int, Hit]]]:
        """(number of the rule, the place it cites) of each rule that holds, by the rules' numbers.

        A rule about a side that says nothing at all is passed over, unless ``even_unheard``.
        """
        heard = self._scanner.scan(transcript)
        candidates = set(self._always)
        best = self._plain_places(heard, candidates)
        speaking = {turn.speaker for turn in transcript.turns if turn.text}
        unheard = frozenset() if even_unheard else frozenset(side for side in SIDES if not _speaks(side, speaking))
        verdicts: list[tuple[int, Hit]] = []
        starts = heard.starts
        for number, (position, length) in best.items():
            if self._sides[number] not in unheard:
                turn = bisect_right(starts, position) - 1
                at = position - starts[turn]
                verdicts.append((number, (turn, at, at + length, 1.0)))
        for number in candidates:
            if self._sides[number] in unheard:
                continue
            applies, when = self._judges[number]
            if applies is not None and not applies(heard):
                continue
            hits = when(heard)
            if hits:
                verdicts.append((number, hits[-1] if self.rules[number].cite == "last" else hits[0]))
        verdicts.sort()
        return heard, verdicts

    def _plain_places(self, heard: Heard, candidates: set[int]) -> dict[int, tuple[int, int]]:
        """Where each plain rule is proven first, and its word's length; other rules to judge join ``candidates``."""
        best: dict[int, tuple[int, int]] = {}
        plain, wanted = self._plain, self._wanted
        for literal, positions in heard.found.items():
            if literal in plain:
                for number, length, by in plain[literal]:
                    position = earliest(heard, positions, by) if by else positions[0]
                    if position >= 0 and (number not in best or position < best[number][0]):
                        best[number] = (position, length)
            if literal in wanted:
                candidates.update(wanted[literal])
        return best

    def findings(self, transcript: Transcript, *, even_unheard: bool = False) -> list[Finding]:
        """What is found, by id."""
        heard, verdicts = self.verdicts(transcript, even_unheard=even_unheard)
        return [_finding(heard, self.rules[number], hit) for number, hit in verdicts]


def plain_form(rule: Rule, compiler: Compiler) -> Plain | None:
    """The plain form of a whole rule that has one."""
    if rule.applies is not None or rule.cite == "last" or not isinstance(rule.when, Words):
        return None
    return plain(rule.when, compiler.scanner)


def _speaks(side: str, speaking: set[Speaker]) -> bool:
    if side == "agent":
        return "agent" in speaking or "bot" in speaking
    return side == "both" or side in speaking


def _finding(heard: Heard, rule: Rule, hit: Hit) -> Finding:
    if hit[0] < 0 or rule.cite == "none" or not heard.turns:
        certain = [turn.confidence for turn in heard.turns if turn.text.strip() and turn.speaker != "system"]
        sure = sum(certain) / len(certain) if certain else 1.0
        return Finding(rule.id, rule.kind, rule.side, None, None, "", round(rule.confidence * sure, 3))
    turn = heard.turns[hit[0]]
    first, last = sentence_span(turn.text, hit[1], hit[2]) if turn.text else (0, 0)
    quote = turn.text[first:last].strip()
    sure = round(rule.confidence * turn.confidence * hit[3], 3)
    return Finding(rule.id, rule.kind, rule.side, turn.number, turn.start_ms, quote, sure)
