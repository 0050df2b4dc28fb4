"""Checks of articles: what is asked and answered, when and where they are valid."""

from __future__ import annotations

import re
from datetime import date

from callcenter.domain.config import CenterConfig
from callcenter.domain.knowledge import ARTICLE_CHANNELS, Article
from callcenter.routing.check_values import Problems, check_id, check_known, check_names, check_twice, problem

MAX_ARTICLES = 500
"""They are part of each version of the configuration, and of what the core is told."""
MAX_QUESTION = 120
MAX_ANSWER = 1_000
MAX_VARIANTS = 50
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def check_articles(config: CenterConfig) -> Problems:
    """Everything wrong with the articles."""
    if len(config.articles) > MAX_ARTICLES:
        yield problem("articles", "too_many_articles", most=MAX_ARTICLES, count=len(config.articles))
    yield from check_twice("articles", (article.id for article in config.articles))
    asked: dict[str, str] = {}
    for index, article in enumerate(config.articles):
        place = f"articles[{index}]"
        yield from check_id(f"{place}.id", article.id)
        yield from check_names(f"{place}.questions", article.questions, MAX_QUESTION)
        yield from check_names(f"{place}.answers", article.answers, MAX_ANSWER)
        yield from _variants(f"{place}.variants", article)
        yield from _days(place, article)
        for at, channel in enumerate(article.channels):
            yield from check_known(f"{place}.channels[{at}]", channel, ARTICLE_CHANNELS, "channel")
        for wording in {text.strip().casefold() for text in (*article.questions.values(), *article.variants)}:
            if wording and asked.setdefault(wording, article.id) != article.id:
                yield problem(f"{place}.variants", "asked_twice", False, text=wording, other=asked[wording])


def _variants(place: str, article: Article) -> Problems:
    if len(article.variants) > MAX_VARIANTS:
        yield problem(place, "too_many_variants", most=MAX_VARIANTS, count=len(article.variants))
    for index, text in enumerate(article.variants):
        if not text.strip():
            yield problem(f"{place}[{index}]", "no_name")
        elif len(text) > MAX_QUESTION:
            yield problem(f"{place}[{index}]", "too_long", most=MAX_QUESTION, length=len(text))


def _days(place: str, article: Article) -> Problems:
    good = True
    for name in ("valid_from", "valid_until"):
        day = getattr(article, name)
        if day and not _is_day(day):
            good = False
            yield problem(f"{place}.{name}", "bad_date", date=day)
    if good and article.valid_until and article.valid_until < article.valid_from:
        yield problem(f"{place}.valid_until", "days_reversed", first=article.valid_from, last=article.valid_until)


def _is_day(text: str) -> bool:
    try:
        return _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False
