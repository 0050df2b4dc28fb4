"""A new model judged by sentences it has not seen, beside the one that answers now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from callcenter.bot.embedded import Model, load
from callcenter.bot.embedded.evaluation import REFUSED, Comparison, Evaluation, compare, evaluate
from callcenter.bot.training_data import Example
from callcenter.bot.training_data.model import OUT_OF_SCOPE
from callcenter.domain.errors import CallCenterError

SHOWN = 40
"""Changes and cells of the confusion table in the report."""


def judge(model: Model, examples: Sequence[Example], kind: str, running: str) -> dict[str, Any]:
    """The report: figures, what was taken for what, and what is understood otherwise than by ``running`` (a folder).

    A running model that can't be loaded is left out, and the report says so.
    """
    found = evaluate(model, examples)
    report: dict[str, Any] = {
        "held_out": kind,
        "intents": len(model.intents),
        "figures": {**found.figures.to_json(), "ms_per_query": round(found.ms_per_query, 3)},
        "confused": confusion(found),
    }
    if not running:
        return report
    try:
        before = load(Path(running))
    except CallCenterError as error:
        return {**report, "running_trouble": str(error)}
    return {**report, "running": Path(running).name, "compared": _shortened(compare(before, model, examples))}


def confusion(found: Evaluation) -> list[list[Any]]:
    """Cells of the confusion table off its diagonal: meant, understood, how often; the most frequent first."""
    cells = Counter(
        (one.label if one.in_scope else OUT_OF_SCOPE, REFUSED if one.refused else one.guess)
        for one in found.judged
        if not one.right
    )
    return [[meant, understood, times] for (meant, understood), times in cells.most_common(SHOWN)]


def _shortened(comparison: Comparison) -> dict[str, Any]:
    said = comparison.to_json()
    return {**said, "changes": said["changes"][:SHOWN], "changed": len(said["changes"])}
