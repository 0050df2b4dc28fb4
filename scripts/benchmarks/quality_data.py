"""Conversations and rules of the quality benchmark, drawn from a seed: the settings of the peers' first measurement."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

from callcenter.quality.conditions import Node, Or, Regex, Scope, Words
from callcenter.quality.rules import Loaded, Rule
from callcenter.quality.transcript import Speaker, Transcript, Turn

CHARACTERS = 1_575
TURNS = 40
LITERALS_A_RULE = 894 / 500
HITS = 131
SIDES: tuple[Speaker, Speaker] = ("agent", "customer")
Peer = Callable[[dict[str, tuple[str, list[int], list[int]]]], int | None]


def literals(count: int, rng: random.Random) -> list[str]:
    """Words of 2 to 5 characters, each once."""
    found: dict[str, None] = {}
    while len(found) < count:
        size = rng.choices((2, 3, 4, 5), (40, 25, 25, 10))[0]
        found["".join(chr(0x4E00 + rng.randrange(2_500)) for _ in range(size))] = None
    return list(found)


def rules(count: int, words: list[str], rng: random.Random) -> Loaded:
    """Four of five rules ask for words, half of them of one side; the fifth for an expression of two words."""
    nodes: list[Node] = []
    at = 0
    for number in range(count):
        take = 2 if number % 500 < 394 else 1
        chosen = words[at : at + take]
        at += take
        scope = Scope(by=(SIDES[number % 4 // 2],)) if number % 2 else Scope()
        if number % 5 == 4 and take == 2:
            nodes.append(Regex(f"{chosen[0]}.{{0,6}}{chosen[1]}|{chosen[1]}.{{0,6}}{chosen[0]}", scope))
        else:
            nodes.append(Words("any", tuple(chosen), scope))
    rng.shuffle(nodes)
    names = [f"r{number:04}" for number in range(count)]
    made = {name: Rule(name, {"zh": name}, "service", "both", node) for name, node in zip(names, nodes, strict=True)}
    return Loaded(made)


def conversations(count: int, words: list[str], rng: random.Random) -> list[Transcript]:
    """Of 1,575 characters in 40 turns; 131 words of the rules are put in at random places."""
    found = []
    for number in range(count):
        text = [chr(0x4E00 + rng.randrange(2_500)) for _ in range(CHARACTERS)]
        for _ in range(HITS):
            word = rng.choice(words)
            start = rng.randrange(CHARACTERS - len(word))
            text[start : start + len(word)] = word
        size = CHARACTERS // TURNS + 1
        turns = []
        for turn in range(TURNS):
            said = "".join(text[turn * size : (turn + 1) * size])
            turns.append(Turn(SIDES[turn % 2], turn * 8_000, turn * 8_000 + 7_500, said, folded=said, number=turn))
        found.append(Transcript(f"t{number}", tuple(turns), duration_ms=TURNS * 8_000))
    return found


def peer_rules(loaded: Loaded) -> list[tuple[str, re.Pattern[str]]]:
    """Each rule as one compiled expression of ``re`` and the side it is searched in ('' for both)."""
    made = []
    for name in sorted(loaded.rules):
        node: Any = loaded.rules[name].when
        assert not isinstance(node, Or)
        pattern = node.pattern if isinstance(node, Regex) else "|".join(re.escape(word) for word in node.words)
        made.append((node.scope.by[0] if node.scope.by else "", re.compile(pattern)))
    return made


def peer_texts(transcript: Transcript) -> dict[str, tuple[str, list[int], list[int]]]:
    """By side: the joined text, where each turn begins in it, and the turns' numbers."""
    texts = {}
    for side in ("", *SIDES):
        turns = [turn for turn in transcript.turns if side in ("", turn.speaker)]
        starts, at = [], 0
        for turn in turns:
            starts.append(at)
            at += len(turn.folded) + 1
        texts[side] = ("\n".join(turn.folded for turn in turns), starts, [turn.number for turn in turns])
    return texts
