"""Trains small classifiers for quality rules from sentences in YAML; the same file gives the same weights."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from callcenter.domain.errors import ConfigError
from callcenter.domain.yamlfile import BadYaml, read_bytes
from callcenter.quality.classifier import ngrams
from callcenter.quality.transcript import fold

FOLDS = 5
FEWEST = 20
"""Sentences of each kind, below which nothing is trained."""
SEED = 1


def read_sentences(path: Path) -> tuple[list[str], list[int]]:
    """Folded sentences and whether each is what is looked for. Raises ``ConfigError``, ``OSError``."""
    try:
        document = read_bytes(str(path), path.read_bytes())
    except BadYaml as error:
        raise ConfigError(f"{path}:{error.faults[0].line}", error.faults[0].code) from None
    data = document.data if isinstance(document.data, dict) else {}
    if set(data) != {"yes", "no"} or not all(isinstance(items, list) for items in data.values()):
        raise ConfigError(f"{path}:1", "sentences are missing", "write two lists: 'yes:' and 'no:'")
    for name, items in data.items():
        for number, item in enumerate(items):
            if not isinstance(item, str):
                place = f"{path}:{document.line((name, str(number)))}"
                raise ConfigError(place, "this is no sentence", "put it in quotes")
        if len(items) < FEWEST:
            place = f"{path}:{document.line((name,))}"
            raise ConfigError(place, f"'{name}' has {len(items)} sentences", f"write at least {FEWEST}")
    sentences = [fold(item) for name in ("yes", "no") for item in data[name]]
    return sentences, [1] * len(data["yes"]) + [0] * len(data["no"])


def train(sentences: list[str], labels: list[int]) -> dict[str, Any]:
    """Weights, and what cross-validation says of them: precision and recall at probability 0.5 of the positive ones."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    grams = [ngrams(sentence) for sentence in sentences]
    names = sorted({gram for found in grams for gram in found})
    column = {name: number for number, name in enumerate(names)}
    rows = np.zeros((len(sentences), len(names)))
    for row, found in zip(rows, grams, strict=True):
        row[[column[gram] for gram in found]] = 1 / math.sqrt(len(found))
    truth = np.array(labels)
    model = LogisticRegression(C=30.0, solver="liblinear", class_weight="balanced", random_state=SEED)
    guessed = cross_val_predict(model, rows, truth, cv=StratifiedKFold(FOLDS, shuffle=True, random_state=SEED))
    right = int(((guessed == 1) & (truth == 1)).sum())
    model.fit(rows, truth)
    weights = {name: round(float(weight), 3) for name, weight in zip(names, model.coef_[0], strict=True)}
    return {
        "sentences": len(sentences),
        "precision": round(right / max(1, int((guessed == 1).sum())), 3),
        "recall": round(right / sum(labels), 3),
        "bias": round(float(model.intercept_[0]), 3),
        "weights": {name: weight for name, weight in weights.items() if weight},
    }
