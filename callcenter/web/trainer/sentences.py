"""Understood sentences as rows of the page: masked, with what was made of them and what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from callcenter.domain.training import Neighbour, Sentence, SentenceQuery, Verdict
from callcenter.web.i18n import N_
from callcenter.web.masking import masked_words, without_personal
from callcenter.web.wording.words import Words

PAGE = 50
BELOW = {"50": 0.5, "70": 0.7, "90": 0.9}
REPEATED = 0.97
"""An example of the same intent that is so alike teaches nothing."""

VERDICTS: dict[Verdict, str] = {
    Verdict.ACCEPTED: N_("accepted"),
    Verdict.CORRECTED: N_("corrected"),
    Verdict.DISCARDED: N_("discarded"),
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a verdict was not taken yet. ``kind``: ``conflict``, ``repeated`` or ``new``; ``intent``: what was wished."""

    kind: str
    intent: str
    near: Sequence[Neighbour] = ()


def example_of(sentence: Sentence) -> str:
    """What is trained on: without personal data, in one line."""
    return " ".join(without_personal(sentence.text, [sentence.visitor]).split())


def shown(sentence: Sentence) -> str:
    """What the page shows."""
    return masked_words(sentence.text, [sentence.visitor])


def doubt_of(intent: str, near: Sequence[Neighbour], known: bool) -> Doubt | None:
    """What speaks against an example of ``intent``, the gravest first."""
    against = [one for one in near if one.intent != intent]
    if against:
        return Doubt("conflict", intent, against[:3])
    if not known:
        return Doubt("new", intent)
    same = [one for one in near if one.likeness >= REPEATED]
    return Doubt("repeated", intent, same[:1]) if same else None


def query_of(given: Mapping[str, str], before: int | None) -> SentenceQuery:
    """What the form asks for. Without an answer to ``show``, those that nobody has judged yet."""
    return SentenceQuery(
        intent=given.get("intent", "").strip()[:120],
        refused=given.get("refused", "") == "yes",
        below=BELOW.get(given.get("below", "")),
        open_only=given.get("show", "open") != "all",
        before=before,
        limit=PAGE + 1,
    )


def typed_of(given: Mapping[str, str]) -> dict[str, str]:
    """The form as it was filled in, for its fields and for the address of further rows."""
    names = ("intent", "refused", "below", "show")
    return {name: given.get(name, "").replace("\x00", "")[:120] for name in names if given.get(name)}


def row_of(words: Words, sentence: Sentence, names: Mapping[str, str], doubt: Doubt | None = None) -> dict[str, Any]:
    """The values of a row."""
    review = sentence.review
    wanted = sentence.guess if sentence.refused and sentence.guess else sentence.intent

    def name(intent: str) -> str:
        return names.get(intent, intent.replace("_", " "))

    return {
        "key": f"{sentence.contact}-{sentence.message}",
        "sentence": sentence,
        "text": shown(sentence),
        "understood": name(sentence.intent),
        "guess": name(sentence.guess) if sentence.refused and sentence.guess else "",
        "acceptable": wanted if sentence.text and not sentence.refused else "",
        "percent": round(sentence.confidence * 100),
        "verdict": words.gettext(VERDICTS[review.verdict]) if review is not None else "",
        "given": name(review.intent) if review is not None and review.verdict is not Verdict.DISCARDED else "",
        "by": words.person(review.by) if review is not None else "",
        "doubt": doubt,
        "near": [(masked_words(one.text), name(one.intent)) for one in doubt.near] if doubt is not None else [],
    }
