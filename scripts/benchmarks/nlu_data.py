"""The sentences of the understanding benchmark: BANKING77's training part and the demo bank's, split alike for all."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from pathlib import Path

from callcenter.bot.training_data import Example, read_project

ROOT = Path(__file__).resolve().parents[2]
BANKING77 = ROOT.parent / "shared" / "data" / "banking77" / "train.csv"
BANK = ROOT / "nlu_models"
SEED = 77

Split = tuple[list[Example], list[Example]]
"""Sentences to train on, sentences to judge by."""


def banking77(file: Path) -> Split:
    """A fifth of each category held out, by :data:`SEED`."""
    with file.open(encoding="utf-8", newline="") as rows:
        examples = [Example(row["text"], row["category"]) for row in csv.DictReader(rows)]
    chance = random.Random(SEED)
    kept: list[Example] = []
    held: list[Example] = []
    for group in _by_intent(examples).values():
        chance.shuffle(group)
        size = round(len(group) / 5)
        held += group[:size]
        kept += group[size:]
    return kept, held


def few(examples: list[Example], count: int = 10) -> list[Example]:
    """The first ``count`` sentences of each intent."""
    return [example for group in _by_intent(examples).values() for example in group[:count]]


def bank_folds(folds: int = 5) -> list[Split]:
    """The demo bank's sentences, each judged once by what was trained without it."""
    chance = random.Random(SEED)
    dealt: list[list[Example]] = [[] for _ in range(folds)]
    for group in _by_intent(read_project(BANK).examples).values():
        chance.shuffle(group)
        for number, example in enumerate(group):
            dealt[number % folds].append(example)
    return [([example for other in dealt if other is not held for example in other], held) for held in dealt]


def bank_held_out() -> Split:
    """The demo bank's sentences, and those that were written apart to measure."""
    files = sorted((BANK / "tests").glob("heldout_*.yml"))
    held = [example for file in files for example in read_project(file, for_training=False).examples]
    return read_project(BANK).examples, held


def _by_intent(examples: list[Example]) -> dict[str, list[Example]]:
    groups: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        groups[example.intent].append(example)
    return dict(sorted(groups.items()))
