"""What judged sentences add up to."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from callcenter.bot.training_data.model import OUT_OF_SCOPE


@dataclass(frozen=True)
class Judged:
    """A labelled sentence and what was made of it. ``guess``: the likeliest in-scope intent, refused or not.

    ``known``: whether the model has the label as an intent; what it does not have is out of scope for it.
    """

    label: str
    guess: str
    refused: bool
    known: bool

    @property
    def in_scope(self) -> bool:
        """Whether the sentence should have been understood."""
        return self.known and self.label != OUT_OF_SCOPE

    @property
    def right(self) -> bool:
        """In scope, not refused and the labelled intent; or out of scope and refused."""
        return (not self.refused and self.guess == self.label) if self.in_scope else self.refused


@dataclass(frozen=True)
class Figures:
    """Shares from 0 to 1; None where there is no sentence to take a share of.

    ``accuracy``: in-scope sentences not refused and given their own intent; a refused one counts as wrong.
    ``accuracy_unrefused``: the same had nothing been refused. ``macro_f1``: mean over in-scope intents that occur; a
    refused sentence is missed, an accepted out-of-scope one a false alarm. ``refused``: in-scope sentences refused.
    ``accepted_out_of_scope``: out-of-scope sentences not refused. ``accuracy_interval``: 95 % Wilson score interval.
    """

    accuracy: float | None
    macro_f1: float | None
    refused: float | None
    accepted_out_of_scope: float | None
    accuracy_unrefused: float | None
    accuracy_interval: tuple[float, float] | None
    in_scope: int
    out_of_scope: int

    def to_json(self) -> dict[str, Any]:
        """Rounded to four places."""
        return {key: _rounded(value) for key, value in asdict(self).items()}


def figures(judged: Sequence[Judged]) -> Figures:
    """The figures of judged sentences."""
    inside = [one for one in judged if one.in_scope]
    outside = [one for one in judged if not one.in_scope]
    right = sum(one.right for one in inside)
    return Figures(
        accuracy=_share(right, len(inside)),
        macro_f1=_macro_f1(judged),
        refused=_share(sum(one.refused for one in inside), len(inside)),
        accepted_out_of_scope=_share(sum(not one.refused for one in outside), len(outside)),
        accuracy_unrefused=_share(sum(one.guess == one.label for one in inside), len(inside)),
        accuracy_interval=wilson(right, len(inside)) if inside else None,
        in_scope=len(inside),
        out_of_scope=len(outside),
    )


def _macro_f1(judged: Sequence[Judged]) -> float | None:
    hits: Counter[str] = Counter()
    said: Counter[str] = Counter()
    meant: Counter[str] = Counter()
    for one in judged:
        if one.in_scope:
            meant[one.label] += 1
            hits[one.label] += one.right
        if not one.refused:
            said[one.guess] += 1
    scores = [2 * hits[intent] / (said[intent] + count) for intent, count in meant.items()]
    return sum(scores) / len(scores) if scores else None


def wilson(successes: int, trials: int, z: float = 1.96) -> tuple[float, float]:
    """The Wilson score interval of a share (Wilson 1927), 95 % by default."""
    share = successes / trials
    middle = share + z * z / (2 * trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return (middle - half) / scale, (middle + half) / scale


def mcnemar(only_first: int, only_second: int) -> float:
    """The p-value that two models are equally good, from the sentences that only one got right (exact, two-sided)."""
    count, least = only_first + only_second, min(only_first, only_second)
    tail = sum(math.comb(count, k) for k in range(least + 1))
    return min(1.0, 2 * tail / float(2**count)) if count < 1000 else _normal_tail(only_first, only_second)


def _normal_tail(first: int, second: int) -> float:
    """The same by the normal approximation with continuity correction, where the exact numbers grow too long."""
    return math.erfc(max(0.0, abs(first - second) - 1) / math.sqrt(2 * (first + second)))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    return [round(one, 4) for one in value] if isinstance(value, tuple) else value
