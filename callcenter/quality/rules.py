"""Rules, rule sets and what they find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from callcenter.quality.classifier import Classifier
from callcenter.quality.compiler import Compiler
from callcenter.quality.conditions import Node
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
        compiler = Compiler(loaded.conditions, models)
        self._scanner = compiler.scanner
        self._judges: list[tuple[Judge | None, Judge]] = []
        self._always: list[int] = []
        self._by_literal: dict[int, tuple[int, ...]] = {}
        by_literal: dict[int, list[int]] = {}
        for number, rule in enumerate(self.rules):
            applies = None if rule.applies is None else compiler.judge(rule.applies)
            self._judges.append((applies, compiler.judge(rule.when)))
            trigger = compiler.trigger(rule.when)
            if trigger is None:
                self._always.append(number)
            for literal in trigger or ():
                by_literal.setdefault(literal, []).append(number)
        self._by_literal = {literal: tuple(numbers) for literal, numbers in by_literal.items()}
        self._scanner.close()

    def verdicts(self, transcript: Transcript, *, even_unheard: bool = False) -> tuple[Heard, list[tuple[int, Hit]]]:
        """(number of the rule, the place it cites) of each rule that holds, by the rules' numbers.

        A rule about a side that says nothing at all is passed over, unless ``even_unheard``.
        """
        heard = self._scanner.scan(transcript)
        candidates = set(self._always)
        by_literal = self._by_literal
        for literal in heard.found:
            if literal in by_literal:
                candidates.update(by_literal[literal])
        speaking = {turn.speaker for turn in transcript.turns if turn.text}
        verdicts: list[tuple[int, Hit]] = []
        for number in sorted(candidates):
            applies, when = self._judges[number]
            if not even_unheard and not _heard_side(self.rules[number].side, speaking):
                continue
            if applies is not None and not applies(heard):
                continue
            hits = when(heard)
            if hits:
                verdicts.append((number, hits[-1] if self.rules[number].cite == "last" else hits[0]))
        return heard, verdicts

    def findings(self, transcript: Transcript, *, even_unheard: bool = False) -> list[Finding]:
        """What is found, by id."""
        heard, verdicts = self.verdicts(transcript, even_unheard=even_unheard)
        return [_finding(heard, self.rules[number], hit) for number, hit in verdicts]


def _heard_side(side: str, speaking: set[Speaker]) -> bool:
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
