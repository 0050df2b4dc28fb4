"""The assistant in words: what it understood, and what it tells whoever takes over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from callcenter.domain import effects as fx
from callcenter.domain.understanding import NOT_UNDERSTOOD
from callcenter.web.wording.line import Line
from callcenter.web.wording.outcomes import variable_name, variable_value
from callcenter.web.wording.why import why_sentence
from callcenter.web.wording.words import Words, masked_number

OURS = frozenset({"wanted", "said", "misunderstood", "confirmed", "service_ok", "service_result", "ticket"})
"""Variables of the assistant that tell nobody anything beside its summary."""
_MASKED = frozenset({"phone"})


@dataclass(frozen=True, slots=True)
class Summary:
    """What the desk shows of a talk with the assistant. ``known``: (name, value); ``missing``: names."""

    wanted: str
    progress: str
    known: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    why: str


def slot_value(words: Words, name: str, value: Any) -> str:
    """A value as screens show it: telephone numbers masked, as everywhere."""
    return masked_number(str(value)) if name in _MASKED and not words.whole else variable_value(words, value)


def summary_of(words: Words, told: fx.HandedOver | None) -> Summary | None:
    """What was told when the assistant handed over; None when it had no part in the contact."""
    if told is None:
        return None
    _ = words.gettext
    progress = ""
    if told.form:
        progress = _("some is still missing") if told.missing else _("everything was given")
    return Summary(
        wanted=words.intent(told.flow, told.wanted) if told.wanted else _("not known"),
        progress=progress,
        known=tuple((variable_name(words, name), slot_value(words, name, value)) for name, value in told.known.items()),
        missing=tuple(variable_name(words, name) for name in told.missing),
        why=why_sentence(words, told.why),
    )


def assistant_line(words: Words, fact: fx.SentenceTaken | fx.ArticleGiven | fx.HandedOver) -> Line:
    """The sentence for a fact of the assistant."""
    _ = words.gettext
    if isinstance(fact, fx.SentenceTaken):
        if fact.intent == NOT_UNDERSTOOD:
            return Line("flow", _("The assistant did not understand"))
        name, percent = words.intent(fact.flow, fact.intent), f"{fact.confidence * 100:.0f}"
        return Line(
            "flow",
            _("The assistant understood: %(intent)s", intent=name),
            _("confidence %(percent)s of 100", percent=percent),
        )
    if isinstance(fact, fx.ArticleGiven):
        article = next((one for one in words.config.articles if one.id == fact.article), None)
        name = words.name(article.questions, fact.article) if article is not None else fact.article
        return Line(
            "flow", _("The assistant answered by the article “%(name)s”", name=name), why_sentence(words, fact.why)
        )
    wanted = words.intent(fact.flow, fact.wanted) if fact.wanted else _("not known")
    return Line("note", _("The assistant handed over: %(wanted)s", wanted=wanted), why_sentence(words, fact.why))
