"""A model judged by labelled sentences, and two models judged by the same."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from callcenter.bot.embedded.figures import Figures, Judged, figures, mcnemar
from callcenter.bot.embedded.model import Model, Parse
from callcenter.bot.training_data.model import OUT_OF_SCOPE, Example

REFUSED = "refused"
_SHOWN = 15


@dataclass(frozen=True)
class Evaluation:
    """The judged sentences, in the order of the file; processor time a sentence in milliseconds."""

    examples: Sequence[Example]
    judged: list[Judged]
    figures: Figures
    ms_per_query: float

    def confused(self) -> list[tuple[str, str, int]]:
        """What was taken for what, the most frequent first."""
        wrong: Counter[tuple[str, str]] = Counter(
            (one.label if one.in_scope else OUT_OF_SCOPE, REFUSED if one.refused else one.guess)
            for one in self.judged
            if not one.right
        )
        return [(meant, understood, times) for (meant, understood), times in wrong.most_common(_SHOWN)]


@dataclass(frozen=True)
class Change:
    """A sentence that two models understand differently."""

    text: str
    label: str
    before: str
    after: str
    before_right: bool
    after_right: bool


@dataclass(frozen=True)
class Comparison:
    """Two models on the same sentences. ``p_value``: McNemar's exact test over all sentences, right or not right."""

    before: Figures
    after: Figures
    only_before: int
    only_after: int
    p_value: float
    changes: list[Change]

    def to_json(self) -> dict[str, Any]:
        """For the command line and the trainer's page."""
        return {
            "before": self.before.to_json(),
            "after": self.after.to_json(),
            "only_before": self.only_before,
            "only_after": self.only_after,
            "p_value": self.p_value,
            "changes": [
                {"text": one.text, "label": one.label, "before": one.before, "after": one.after} for one in self.changes
            ],
        }


def evaluate(model: Model, examples: Sequence[Example]) -> Evaluation:
    """Judge the model; loading an embedding is not counted as time of the first sentence."""
    if examples:
        model.parse(examples[0].text)
    began = time.process_time()
    parses = [model.parse(example.text) for example in examples]
    spent = time.process_time() - began
    known = set(model.intents)
    judged = [
        Judged(example.intent, _guess(parse), parse.refused, example.intent in known)
        for example, parse in zip(examples, parses, strict=True)
    ]
    return Evaluation(examples, judged, figures(judged), 1000 * spent / max(1, len(examples)))


def _guess(parse: Parse) -> str:
    """The likeliest in-scope intent."""
    return next((name for name, _ in parse.ranking if name != OUT_OF_SCOPE), parse.intent)


def compare(before: Model, after: Model, examples: Sequence[Example]) -> Comparison:
    """Judge both models by the same sentences. A label only one of them knows is in scope for that one alone."""
    first, second = evaluate(before, examples), evaluate(after, examples)
    only_before = only_after = 0
    changes = []
    for example, one, two in zip(examples, first.judged, second.judged, strict=True):
        only_before += one.right and not two.right
        only_after += two.right and not one.right
        said = [REFUSED if judged.refused else judged.guess for judged in (one, two)]
        if said[0] != said[1]:
            changes.append(Change(example.text, example.intent, said[0], said[1], one.right, two.right))
    return Comparison(first.figures, second.figures, only_before, only_after, mcnemar(only_before, only_after), changes)
