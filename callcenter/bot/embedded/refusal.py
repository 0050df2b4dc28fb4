"""Whether a sentence is the assistant's business at all: a rule learnt on sentences the classifier had not seen.

With out-of-scope sentences in the training data, a logistic regression over :func:`evidence` tells them from the rest,
and its threshold is where (in-scope sentences rightly understood and kept + out-of-scope sentences refused), as
shares, is greatest: to refuse what would have been misunderstood costs nothing. Without any, nothing is
learnt; the least certain and least known are refused, so few that at most :data:`SPARED` of what was understood
rightly is lost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from callcenter.bot.embedded.features import Floats, Known
from callcenter.bot.embedded.linear import probabilities

SPARED = 0.002
_EVIDENCE = 7
_TINY = 1e-6


@dataclass(frozen=True)
class Refusal:
    """Refuses where ``evidence · weights + bias < threshold``."""

    weights: NDArray[np.float64]
    bias: float
    threshold: float

    def refuses(self, found: NDArray[np.float64]) -> bool:
        """Whether a sentence with this evidence is refused."""
        return bool(found @ self.weights + self.bias < self.threshold)

    def scores(self, found: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far each sentence (sentences × evidence) speaks for being in scope; no unit."""
        return np.asarray(found @ self.weights + self.bias)


NEVER = Refusal(np.zeros(_EVIDENCE), 0.0, -1.0)
"""Refuses nothing."""


def evidence(margins: Floats, known: Known, sharpness: float, out: int | None) -> NDArray[np.float64]:
    """What speaks for or against a sentence. ``out``: the position of out_of_scope among the intents, if it is one."""
    inside = margins if out is None else np.delete(margins, out)
    second, first = np.partition(inside, -2)[-2:]
    chances = probabilities(margins, sharpness)
    against = 0.0 if out is None else float(margins[out])
    surest = float(chances.max() if out is None else np.delete(chances, out).max())
    return np.array(
        [
            first,
            first - second,
            against,
            np.log(surest + _TINY),
            np.log(known.words + _TINY**0.5),
            known.words,
            known.characters,
        ],
        dtype=np.float64,
    )


def learn(found: NDArray[np.float64], right: NDArray[np.bool_], inside: NDArray[np.bool_], seed: int) -> Refusal:
    """The rule from unseen sentences: their evidence, whether the best intent was right, whether they are in scope."""
    if inside.all():
        weights = np.zeros(_EVIDENCE)
        weights[3], weights[4] = 1.0, 1.0
        kept = np.sort(found[right] @ weights)
        lost = int(SPARED * len(kept))
        return Refusal(weights, 0.0, float(kept[lost]) if len(kept) else -np.inf)
    from sklearn.linear_model import LogisticRegression

    middle, spread = found.mean(axis=0), found.std(axis=0) + 1e-9
    machine = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000, random_state=seed)
    machine.fit((found - middle) / spread, inside)
    weights = machine.coef_[0] / spread
    bias = float(machine.intercept_[0] - middle @ weights)
    scores = found @ weights + bias
    return Refusal(weights, bias, _best_threshold(scores, right & inside, ~inside))


def _best_threshold(scores: NDArray[np.float64], right: NDArray[np.bool_], outside: NDArray[np.bool_]) -> float:
    """The threshold with the greatest sum of shares kept and refused; between two scores, in the middle of ties."""
    order = np.argsort(scores, kind="stable")
    ordered = scores[order]
    kept = (right.sum() - np.concatenate([[0], np.cumsum(right[order])])) / max(1, right.sum())
    refused = np.concatenate([[0], np.cumsum(outside[order])]) / max(1, outside.sum())
    best = int(np.argmax(kept + refused))
    if best == 0:
        return float(ordered[0]) - 1.0
    return float((ordered[best - 1] + ordered[min(best, len(ordered) - 1)]) / 2)
