"""The classifier: a linear support vector machine for each intent, and what its margins are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from callcenter.bot.embedded.features import Floats, Vector

LOSS = "hinge"
PENALTY = 1.0
"""Loss and C of the machine; chosen by cross-validation on BANKING77's training part and the demo bank."""


@dataclass(frozen=True)
class Linear:
    """``weights``: features × intents; ``dense_weights``: the embedding's features × intents (no rows without one)."""

    weights: Floats
    dense_weights: Floats
    bias: Floats

    def margins(self, vector: Vector, dense: Floats) -> Floats:
        """The signed distance to each intent's border for one sentence."""
        columns, values = vector
        found = values @ self.weights[columns] + self.bias
        return found + dense @ self.dense_weights if dense.size else found


def fit(vectors: Sequence[Vector], dense: Floats, targets: NDArray[np.int64], width: int, seed: int) -> Linear:
    """Train on sentences (``dense``: sentences × embedding, width 0 without one); always alike."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.svm import LinearSVC

    lengths = np.array([len(columns) for columns, _ in vectors])
    sparse = csr_matrix(
        (
            np.concatenate([values for _, values in vectors]).astype(np.float64),
            np.concatenate([columns for columns, _ in vectors]),
            np.concatenate([[0], np.cumsum(lengths)]),
        ),
        shape=(len(vectors), width),
    )
    matrix = hstack([sparse, csr_matrix(dense)]).tocsr() if dense.size else sparse
    machine = LinearSVC(C=PENALTY, loss=LOSS, dual=True, random_state=seed, max_iter=5000)
    machine.fit(matrix, targets)
    weights = machine.coef_.T.astype(np.float32)
    bias = machine.intercept_.astype(np.float32)
    if weights.shape[1] == 1:  # two intents share one border
        weights, bias = np.hstack([-weights, weights]), np.concatenate([-bias, bias])
    return Linear(np.ascontiguousarray(weights[:width]), np.ascontiguousarray(weights[width:]), bias)


def probabilities(margins: Floats, sharpness: float) -> Floats:
    """Margins (… × intents) as probabilities: a softmax of ``sharpness`` × margin."""
    scaled = margins * sharpness
    raised = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)


def fit_sharpness(margins: Floats, targets: NDArray[np.int64]) -> float:
    """The sharpness under which unseen sentences' own intents are likeliest (temperature scaling, Guo et al. 2017)."""
    choices = np.geomspace(0.5, 16, 60)
    rows = np.arange(len(targets))
    losses = [-np.log(probabilities(margins, s)[rows, targets] + 1e-9).mean() for s in choices]
    return float(choices[int(np.argmin(losses))])
