"""Search in articles, by the pieces that the assistant's understanding counts: words, their neighbours, characters.

A rare piece weighs more. The score of a wording is the geometric mean of two shares by weight: how much of the wording
is in the question, and how much of the question is in any wording of the same article. What the store has never seen
weighs as much as the rarest piece, so that a question about something else scores low however it begins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from math import log, sqrt

from callcenter.bot.embedded.tokens import char_ngrams, normal, word_ngrams, words_of
from callcenter.bot.sentence import language_of
from callcenter.domain.knowledge import SURE, WORTH_SHOWING, Article, Found

LEAD = 0.03
"""By so much the best must be ahead of the next article before the assistant gives it."""
_LEAST = 0.3
"""The weight of a piece that stands in every wording."""
_EDGES = frozenset("<>")


class ArticleIndex:
    """Articles made ready to be searched; takes about 0.5 ms for each wording."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = list(articles)
        self._wordings = [(at, text) for at, one in enumerate(articles) for text in _wordings(one)]
        counted = [_pieces(text) for _, text in self._wordings]
        self._in: dict[str, list[int]] = {}
        """Piece → the wordings it stands in."""
        for row, found in enumerate(counted):
            for piece in found:
                self._in.setdefault(piece, []).append(row)
        whole = 1 + len(counted)
        self._weight = {piece: log(whole / (1 + len(rows))) + _LEAST for piece, rows in self._in.items()}
        self._unseen = log(whole / 2) + _LEAST
        self._size = [sum(self._weight[piece] for piece in found) for found in counted]

    def search(self, text: str, allowed: Callable[[Article], bool], most: int = 8) -> list[Found]:
        """Articles among the ``allowed`` that are worth showing, best first, at most ``most``; alike ones as stored."""
        asked = _pieces(text)
        shared: dict[int, float] = defaultdict(float)
        covered: dict[int, float] = defaultdict(float)
        for piece in asked:
            weight, rows = self._weight.get(piece, 0.0), self._in.get(piece, ())
            for row in rows:
                shared[row] += weight
            for at in {self._wordings[row][0] for row in rows}:
                covered[at] += weight
        total = sum(self._weight.get(piece, self._unseen) for piece in asked)
        best: dict[int, tuple[float, int]] = {}
        for row, weight in shared.items():
            at = self._wordings[row][0]
            score = round(sqrt(weight / self._size[row] * covered[at] / total), 4)
            if score >= WORTH_SHOWING and score > best.get(at, (0.0, 0))[0] and allowed(self._articles[at]):
                best[at] = score, row
        ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))
        return [self._found(at, score, row) for at, (score, row) in ranked[:most]]

    def answer(self, text: str, allowed: Callable[[Article], bool]) -> Found | None:
        """The one article that fits surely; none where another one fits nearly as well."""
        found = self.search(text, lambda article: article.assistant and allowed(article), 2)
        if not found or found[0].score < SURE[language_of(text) or "en"]:
            return None
        return None if len(found) > 1 and found[0].score - found[1].score < LEAD else found[0]

    def _found(self, at: int, score: float, row: int) -> Found:
        article = self._articles[at]
        return Found(article.id, score, self._wordings[row][1], article.questions, article.answers)


def _wordings(article: Article) -> list[str]:
    """Each way to ask, once."""
    texts = (*article.questions.values(), *article.variants)
    return list({normal(text): text for text in texts if text.strip()}.values())


def _pieces(text: str) -> set[str]:
    words = words_of(normal(text))
    return (word_ngrams(words).keys() - _EDGES) | {f"c{piece}" for piece in char_ngrams(words)}
