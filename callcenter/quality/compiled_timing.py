"""Conditions on time and talking: silence, holds, interruptions, speed, shares."""

from __future__ import annotations

from difflib import SequenceMatcher

from callcenter.quality.conditions import Hold, OutsideHours, Overlap, Rate, SameAnswer, Silence, TalkShare
from callcenter.quality.figures import spoken_length
from callcenter.quality.heard import HOLDS, Heard, Hit, Judge
from callcenter.quality.hours import local_minutes


def compile_silence(node: Silence) -> Judge:
    """Gaps between what was said, without the holds in them."""
    limit = int(node.over_s * 1000)

    def judge(heard: Heard) -> list[Hit]:
        hits: list[Hit] = []
        end: int | None = None
        for number, turn in enumerate(heard.turns):
            if turn.speaker == "system":
                continue
            if end is not None and turn.start_ms - end > limit and _unheld(heard, end, turn.start_ms) > limit:
                hits.append((number, 0, 0, 1.0))
            end = max(turn.end_ms, end or 0)
        return hits

    return judge


def _unheld(heard: Heard, start: int, end: int) -> int:
    held = sum(max(0, min(end, hold.end_ms) - max(start, hold.start_ms)) for hold in heard.transcript.holds)
    return end - start - held


def compile_hold(node: Hold) -> Judge:
    """Holds longer than the limit, cited at the first turn after each."""
    limit = int(node.over_s * 1000)

    def judge(heard: Heard) -> list[Hit]:
        hits: list[Hit] = []
        for hold in heard.transcript.holds:
            if hold.end_ms - hold.start_ms <= limit:
                continue
            after = [
                number
                for number, turn in enumerate(heard.turns)
                if turn.start_ms >= hold.end_ms and turn.speaker != "system"
            ]
            hits.append((after[0], 0, 0, 1.0) if after else (len(heard.turns) - 1, 0, 0, 1.0))
        return sorted(set(hits))

    return judge


def compile_overlap(node: Overlap) -> Judge:
    """``by`` begins while somebody else has not ended."""

    def judge(heard: Heard) -> list[Hit]:
        hits: list[Hit] = []
        other_end = 0
        for number, turn in enumerate(heard.turns):
            if turn.speaker == "system":
                continue
            if turn.speaker != node.by:
                other_end = max(other_end, turn.end_ms)
            elif other_end - turn.start_ms > node.over_ms:
                hits.append((number, 0, len(turn.folded), 1.0))
        return hits[node.times - 1 :]

    return judge


def compile_rate(node: Rate) -> Judge:
    """The shortest runs of ``by``'s turns with enough talk, and what was said in them."""
    enough = int(node.for_s * 1000)

    def judge(heard: Heard) -> list[Hit]:
        turns = [
            (number, turn.end_ms - turn.start_ms, spoken_length(turn.folded))
            for number, turn in enumerate(heard.turns)
            if turn.speaker == node.by and turn.end_ms > turn.start_ms
        ]
        for first in range(len(turns)):
            time = chinese = english = 0
            for _, spent, (characters, words) in turns[first:]:
                time, chinese, english = time + spent, chinese + characters, english + words
                if time >= enough:
                    break
            if time >= enough and chinese / node.over_zh + english / node.over_en > time / 60_000:
                number = turns[first][0]
                return [(number, 0, len(heard.turns[number].folded), 1.0)]
        return []

    return judge


def compile_talk_share(node: TalkShare) -> Judge:
    """``by``'s share of all talking time."""

    def judge(heard: Heard) -> list[Hit]:
        spoken = [turn for turn in heard.turns if turn.speaker != "system"]
        total = sum(turn.end_ms - turn.start_ms for turn in spoken)
        mine = sum(turn.end_ms - turn.start_ms for turn in spoken if turn.speaker == node.by)
        return [HOLDS] if total and mine / total > node.over else []

    return judge


REMEMBERED = 12
"""Answers that a new one is compared with: who goes round in circles comes back soon."""


def compile_same_answer(node: SameAnswer) -> Judge:
    """Answers alike, whether or not others stand between them."""

    def judge(heard: Heard) -> list[Hit]:
        counts: dict[str, int] = {}  # the latest answers, by when each was last given
        hits: list[Hit] = []
        for number, turn in enumerate(heard.turns):
            text = "".join(filter(str.isalnum, turn.folded))[:MOST_COMPARED]
            if turn.speaker != node.by or len(text) < SHORTEST_ANSWER:
                continue
            known = text if text in counts else next((old for old in counts if _alike(old, text, node.alike)), text)
            count = counts.pop(known, 0) + 1
            counts[known] = count
            if len(counts) > REMEMBERED:
                del counts[next(iter(counts))]
            if count >= node.times:
                hits.append((number, 0, len(turn.folded), 1.0))
        return hits

    return judge


SHORTEST_ANSWER = 4
"""Letters and digits; shorter ones (yes, 好的) are said again by everybody."""
MOST_COMPARED = 300


def _alike(one: str, other: str, share: float) -> bool:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= share and matcher.quick_ratio() >= share and matcher.ratio() >= share


def compile_outside(node: OutsideHours) -> Judge:
    """The called person's clock when it began."""

    def judge(heard: Heard) -> list[Hit]:
        minutes = local_minutes(heard.transcript.call)
        return [HOLDS] if minutes is not None and not node.start <= minutes < node.end else []

    return judge
