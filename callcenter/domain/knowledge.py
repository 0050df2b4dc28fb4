"""Knowledge answers: prepared answers to questions, by language, time and channel. Plain data."""

from __future__ import annotations

from msgspec import Struct

from callcenter.domain.names import Names

ARTICLE_CHANNELS = ("voice", "chat")
SURE = {"zh": 0.45, "en": 0.65}
"""From this score on the assistant answers by itself, by the language of the question; below it only people are shown
the article. English words have more pieces in common by chance than Chinese ones."""
WORTH_SHOWING = 0.2
"""From this score on an article is shown to somebody who searches."""

MAX_SOUGHT = 200
"""Characters of a search, and of what is remembered of one that found nothing."""
MISSES_KEPT = 2_000
"""How many different wordings that found nothing are remembered."""


class Article(Struct, frozen=True):
    """One answer and what is asked when it is wanted.

    ``questions`` and ``answers`` are by language; ``variants`` are other ways to ask, in any language. It is valid from
    the day ``valid_from`` to the day ``valid_until``, both included, as YYYY-MM-DD in the centre's time zone; empty: no
    bound. ``channels`` (``voice``, ``chat``) are those in which it may be used; empty: all. ``assistant``: whether the
    assistant may give it, or only a person.
    """

    id: str
    questions: Names
    answers: Names
    variants: tuple[str, ...] = ()
    valid_from: str = ""
    valid_until: str = ""
    channels: tuple[str, ...] = ()
    assistant: bool = True


class Found(Struct, frozen=True):
    """An article that fits a question. ``asked`` is its wording that fits best.

    ``score`` is 0 to 1; 1 is the very same wording. :mod:`callcenter.bot.knowledge` has the formula.
    """

    article: str
    score: float
    asked: str
    questions: Names
    answers: Names


class Miss(Struct, frozen=True):
    """A wording that found no article, as it was last written, without personal data; counted by who asked.

    Times in ms since 1970.
    """

    id: int
    text: str
    by_assistant: int
    by_agents: int
    first_ms: int
    last_ms: int


def valid_on(article: Article, day: str) -> bool:
    """Whether the article may be used on ``day`` (YYYY-MM-DD)."""
    return article.valid_from <= day and (not article.valid_until or day <= article.valid_until)


def used_in(article: Article, channel: str) -> bool:
    """Whether the article may be used in contacts of ``channel``; empty: of any."""
    return not channel or not article.channels or channel in article.channels
