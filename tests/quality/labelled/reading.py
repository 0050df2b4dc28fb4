"""Reads the labelled conversations, spoils them as a recogniser would, and counts what rules get right.

A conversation begins with ``# language flags | findings``; a finding is ``id`` or ``id@turn``. Flags: ``outbound``,
``collections``, ``chat``, ``bot``, ``verified``, ``survey``, ``whole``, ``queue=``, ``at=``, ``tz=``, ``hold=FROM-TO``.
Turns are ``A`` agent, ``C`` customer, ``B`` bot, ``S`` system, with times as ``A@0-4000``. Only a ``whole`` one is
judged by the findings of beginnings and ends, which pieces cannot have.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from callcenter.quality.rules import RuleSet
from callcenter.quality.transcript import Transcript, Turn, fold
from callcenter.quality.transcript_file import TranscriptFile, build_transcript

FOLDER = Path(__file__).parent
WHOLE_ONLY = frozenset(
    {"greeting_missing", "name_missing", "solution_confirmed_missing", "closing_missing", "recording_notice_missing"}
)
SPEAKERS = {"A": "agent", "C": "customer", "B": "bot", "S": "system"}
_TURN = re.compile(r"([ACBS])(?:@(\d+)-(\d+))? (.+)")
# What recognisers take for one another in Mandarin speech, and small English words they lose.
ALIKE = """
的地得 是事市式试 在再 做作坐 他她它 那哪拿 没美每 不部步布 一亿已以 有又友右 就旧救 还孩 保报抱宝
本笨 钱前千签 帐账胀章 号好浩 话画花 卡咖 银音因 行航杭 户互护 投头 诉素速树 转赚专 工公功供
身深申 证正整政 码马吗 验艳 利力历例 息西习 险显 贷带待代 款宽 欠歉 死四似
"""
_TWINS = {char: group.replace(char, "") for group in ALIKE.split() for char in group}


class Labelled(Struct, frozen=True):
    """A conversation and what must be found in it: id → turn, None where none is said."""

    name: str
    transcript: Transcript
    wanted: dict[str, int | None]
    whole: bool
    sealed: bool


def read_all() -> list[Labelled]:
    """All conversations; every second one of each file is sealed."""
    return [item for path in sorted(FOLDER.glob("*.txt")) for item in _read(path)]


def _read(path: Path) -> Iterator[Labelled]:
    blocks = re.split(r"^# ?", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    for number, block in enumerate(blocks):
        head, *lines = block.strip().splitlines()
        flags, _, findings = head.partition("|")
        # Flags written after the bar are flags all the same.
        words = flags.split() + [word for word in findings.split() if "=" in word or word in ("survey", "whole")]
        known = flags.split()[1:]
        wanted = {
            name: int(turn) if turn else None
            for name, _, turn in (word.partition("@") for word in findings.split() if word not in words)
        }
        wanted |= {word: None for word in known if word.startswith("collection_")}
        yield Labelled(f"{path.stem}-{number}", _transcript(words, lines), wanted, "whole" in words, number % 2 == 1)


def _transcript(words: list[str], lines: list[str]) -> Transcript:
    call: dict[str, Any] = {"direction": "outbound" if "outbound" in words else "inbound"}
    call |= {name: True for name in ("bot", "verified", "survey") if name in words}
    if "collections" in words:
        call |= {"purpose": "collections", "direction": "outbound"}
    values = dict(word.split("=", 1) for word in words if "=" in word)
    call |= {
        field: values[key]
        for key, field in (("queue", "queue"), ("at", "started_at"), ("tz", "timezone"))
        if key in values
    }
    holds = []
    if "hold" in values:
        start, end = values["hold"].split("-")
        holds.append({"start_ms": int(start), "end_ms": int(end)})
    turns, now = [], 0
    for line in lines:
        match = _TURN.fullmatch(line)
        assert match is not None, line
        text = match[4]
        begin, end_ms = (int(match[2]), int(match[3])) if match[2] else (now, now + 250 * len(text))
        turns.append({"speaker": SPEAKERS[match[1]], "start_ms": begin, "end_ms": end_ms, "text": text})
        now = end_ms + 400
    medium = "chat" if "chat" in words else "voice"
    data = {"medium": medium, "language": words[0], "call": call, "holds": holds, "turns": turns}
    return build_transcript("labelled", TranscriptFile.model_validate(data))


def spoiled(transcript: Transcript, share: float, rng: random.Random) -> Transcript:
    """The same with so many characters (Chinese) or words (English) misheard, lost or doubled, and no punctuation."""
    return structs.replace(transcript, turns=tuple(_spoil(turn, share, rng) for turn in transcript.turns))


def _spoil(turn: Turn, share: float, rng: random.Random) -> Turn:
    if turn.speaker == "system":
        return turn
    text = re.sub(r"[，。！？、!?]|[,.](?!\d)", " ", turn.text)
    pieces = re.findall(r"[a-zA-Z'’0-9.,%-]+|\s+|.", text)
    out: list[str] = []
    for piece in pieces:
        if piece.isspace() or rng.random() >= share:
            out.append(piece)
        elif (dice := rng.random()) < 0.6:
            out.append(rng.choice(_TWINS.get(piece, "")) if _TWINS.get(piece) else _misheard(piece, rng))
        elif dice < 0.85:
            continue
        else:
            out.append(piece + (" " if piece.isascii() else "") + piece)
    said = "".join(out)
    return structs.replace(turn, text=said, folded=fold(said))


def _misheard(piece: str, rng: random.Random) -> str:
    if not piece.isascii():
        return chr(0x4E00 + rng.randrange(3_000))
    if len(piece) < 3:
        return "uh"
    at = rng.randrange(1, len(piece))
    return piece[:at] + rng.choice("aeiou") + piece[at + 1 :]


class Count(Struct):
    """Right, wrong and missed findings of one rule."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> tuple[float, float, float]:
        """Share of what was found that is right, with its 95 % interval."""
        return wilson(self.right, self.right + self.wrong)

    @property
    def recall(self) -> tuple[float, float, float]:
        """Share of what should be found that was, with its 95 % interval."""
        return wilson(self.right, self.right + self.missed)


def wilson(good: int, of: int) -> tuple[float, float, float]:
    """Share and Wilson's 95 % interval; all NaN of nothing."""
    if not of:
        return math.nan, math.nan, math.nan
    share, z = good / of, 1.959964
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return share, max(0.0, middle - half), min(1.0, middle + half)


def count(
    rules: RuleSet, labelled: list[Labelled], share: float = 0.0, seed: int = 1
) -> tuple[dict[str, Count], list[str]]:
    """By rule, and each mistake in a line. A cited turn other than the labelled one is told, and counts as right."""
    rng = random.Random(seed)
    counts = {rule.id: Count() for rule in rules.rules}
    told: list[str] = []
    for item in labelled:
        transcript = spoiled(item.transcript, share, rng) if share else item.transcript
        found = {finding.id: finding.turn for finding in rules.findings(transcript)}
        for name, one in counts.items():
            if name in WHOLE_ONLY and not item.whole:
                continue
            if name in item.wanted and name in found:
                one.right += 1
                if item.wanted[name] not in (None, found[name]):
                    told.append(f"{item.name}: {name} cites {found[name]}, not {item.wanted[name]}")
            elif name in found:
                one.wrong += 1
                told.append(f"{item.name}: {name} wrongly at {found[name]}")
            elif name in item.wanted:
                one.missed += 1
                told.append(f"{item.name}: {name} missed")
    return counts, told
