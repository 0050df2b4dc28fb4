"""Sentences that ask alike: groups among many by the assistant's own features, and the nearest of known ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from callcenter.bot.embedded import tokens
from callcenter.bot.embedded.features import Vector, Vocabulary
from callcenter.bot.training_data.model import same_sentence

APART = 0.72
"""Cosine distance from which on two groups stay two (average linkage); chosen on the bank's sentences."""
FEWEST = 2
MOST = 1_500
"""Sentences grouped at once: their distances are a square."""


def groups_of(texts: Sequence[str], vocabulary: Vocabulary | None = None) -> list[list[int]]:
    """Groups of at least two sentences that ask alike, as positions; the largest first.

    ``vocabulary``: that of a model, which knows which words are common; without one it is learnt from the texts.
    """
    documents = [tokens.count(text) for text in texts[:MOST]]
    vocabulary = vocabulary or Vocabulary.learn(documents)
    vectors = [vocabulary.vector(document) for document in documents]
    known = [at for at, (columns, _) in enumerate(vectors) if len(columns)]
    if len(known) < FEWEST:
        return []
    from scipy.sparse import csr_matrix
    from sklearn.cluster import AgglomerativeClustering

    kept = [_unit(vectors[at]) for at in known]
    matrix = csr_matrix(
        (
            np.concatenate([values for _, values in kept]),
            np.concatenate([columns for columns, _ in kept]),
            np.concatenate([[0], np.cumsum([len(columns) for columns, _ in kept])]),
        ),
        shape=(len(kept), len(vocabulary.idf)),
    )
    distances = np.clip(1 - (matrix @ matrix.T).toarray(), 0, 2)
    grouping = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=APART
    )
    found: dict[int, list[int]] = defaultdict(list)
    for at, label in zip(known, grouping.fit_predict(distances), strict=True):
        found[int(label)].append(at)
    return sorted((one for one in found.values() if len(one) >= FEWEST), key=lambda one: (-len(one), one))


def _unit(vector: Vector) -> Vector:
    columns, values = vector
    return columns, values / np.linalg.norm(values)


class Neighbours:
    """Finds the sentences that are nearly the same as another: by pairs of letters, so that no model is needed."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._sizes: list[int] = []
        self._holders: dict[str, list[int]] = defaultdict(list)
        for at, text in enumerate(texts):
            pairs = _pairs(text)
            self._sizes.append(len(pairs))
            for pair in pairs:
                self._holders[pair].append(at)

    def near(self, text: str, least: float, most: int = 5) -> list[tuple[int, float]]:
        """Positions of those at least so alike, most alike first.

        1: the same pairs of letters, which is the same sentence but for case, width, blanks and punctuation.
        """
        pairs = _pairs(text)
        shared: dict[int, int] = defaultdict(int)
        for pair in pairs:
            for at in self._holders.get(pair, ()):
                shared[at] += 1
        found = [(at, 2 * count / (len(pairs) + self._sizes[at])) for at, count in shared.items()]
        close = [one for one in found if one[1] >= least]
        return sorted(close, key=lambda one: (-one[1], one[0]))[:most]


def _pairs(text: str) -> set[str]:
    plain = f"<{same_sentence(text)}>"
    return {plain[at : at + 2] for at in range(len(plain) - 1)}
