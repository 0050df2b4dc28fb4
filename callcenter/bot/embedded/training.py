"""Training: sentences in, a model out. The same project and seed give the same model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from callcenter.bot.embedded import embedding, tokens
from callcenter.bot.embedded.features import Floats, Known, Vocabulary
from callcenter.bot.embedded.figures import Judged, figures
from callcenter.bot.embedded.linear import Linear, fit, fit_sharpness
from callcenter.bot.embedded.model import Model
from callcenter.bot.embedded.refusal import NEVER, Refusal, evidence, learn
from callcenter.bot.embedded.tokens import Counts
from callcenter.bot.entities import Extractor
from callcenter.bot.training_data.model import OUT_OF_SCOPE, Project

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many steps are done and how many there are."""

FOLDS = 5
FOLDS_OF_MANY = 3
MANY = 6000
"""From so many sentences fewer folds are enough: each trains on thousands."""


@dataclass(frozen=True)
class _Data:
    documents: list[dict[str, Counts]]
    dense: Floats
    targets: NDArray[np.int64]
    intents: list[str]
    seed: int

    def fit(self, rows: NDArray[np.int64]) -> tuple[Vocabulary, Linear]:
        chosen = [self.documents[row] for row in rows]
        vocabulary = Vocabulary.learn(chosen)
        vectors = [vocabulary.vector(document) for document in chosen]
        width = len(vocabulary.idf)
        return vocabulary, fit(vectors, self.dense[rows], self.targets[rows], width, self.seed)


def train(project: Project, progress: Progress = lambda what, done, of: None) -> Model:
    """Train a model. Raises ConfigError where the project's embedding is not installed."""
    options = project.options
    embedding.require(options.embedding)
    examples = project.examples
    progress("embed", 0, 1)
    intents = sorted({example.intent for example in examples})
    place = {intent: at for at, intent in enumerate(intents)}
    data = _Data(
        [tokens.count(example.text) for example in examples],
        embedding.embed(options.embedding, [example.text for example in examples]),
        np.array([place[example.intent] for example in examples], dtype=np.int64),
        intents,
        options.seed,
    )
    folds = FOLDS if len(examples) < MANY else FOLDS_OF_MANY
    sharpness, refusal, judged = _validate(data, folds, options.refuse, progress)
    progress("train", folds, folds + 1)
    vocabulary, linear = data.fit(np.arange(len(examples)))
    progress("train", folds + 1, folds + 1)
    card = {"sentences": len(examples), "folds": folds, "cross_validation": figures(judged).to_json()}
    extractor = Extractor.of_project(project)
    return Model(intents, vocabulary, linear, sharpness, refusal, extractor, options.embedding, options.seed, card)


def _validate(data: _Data, folds: int, refuse: str, progress: Progress) -> tuple[float, Refusal, list[Judged]]:
    """Judge every sentence by a model that has not seen it; learn from that what margins are worth."""
    count = len(data.targets)
    margins = np.zeros((count, len(data.intents)), dtype=np.float32)
    known = [Known(0.0, 0.0)] * count
    for done, (rows, unseen) in enumerate(_split(data.targets, folds, data.seed)):
        progress("validate", done, folds + 1)
        present = np.unique(data.targets[rows])
        margins[unseen] = -2.0  # an intent without a sentence in these rows cannot be found
        if len(present) < 2:
            continue
        vocabulary, linear = data.fit(rows)
        for row in unseen:
            document = data.documents[row]
            margins[row, present] = linear.margins(vocabulary.vector(document), data.dense[row])
            known[row] = vocabulary.known(document)
    sharpness = fit_sharpness(margins, data.targets)
    out = data.intents.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in data.intents else None
    found = np.array([evidence(margins[row], known[row], sharpness, out) for row in range(count)])
    best = _best_inside(margins, out)
    inside = np.ones(count, dtype=np.bool_) if out is None else data.targets != out
    rule = NEVER if refuse == "never" else learn(found, best == data.targets, inside, data.seed)
    refused = rule.scores(found) < rule.threshold
    judged = [
        Judged(data.intents[target], data.intents[guess], bool(no), known=True)
        for target, guess, no in zip(data.targets, best, refused, strict=True)
    ]
    return sharpness, rule, judged


def _best_inside(margins: Floats, out: int | None) -> NDArray[np.int64]:
    inside = margins.copy()
    if out is not None:
        inside[:, out] = -np.inf
    return np.asarray(inside.argmax(axis=1))


def _split(targets: NDArray[np.int64], folds: int, seed: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Rows to train on and rows to judge: each intent's sentences are dealt out evenly, in a random order."""
    chance = np.random.default_rng(seed)
    fold = np.empty(len(targets), dtype=np.int64)
    for target in np.unique(targets):
        rows = chance.permutation(np.flatnonzero(targets == target))
        fold[rows] = (np.arange(len(rows)) + chance.integers(folds)) % folds
    for one in range(folds):
        yield np.flatnonzero(fold != one), np.flatnonzero(fold == one)
