"""What intents are called, whichever flow's assistant knows them."""

from __future__ import annotations

from collections.abc import Iterable

from callcenter.domain.understanding import NOT_UNDERSTOOD, OUT_OF_SCOPE
from callcenter.web.wording.words import Words

_MARK = "/?"


def names_of(words: Words) -> dict[str, str]:
    """Intent → its name in the viewer's language."""
    found = {
        label.partition(_MARK)[2]: words.name(names, label) for label, names in words.labels.items() if _MARK in label
    }
    ours = {NOT_UNDERSTOOD: words.gettext("Not understood"), OUT_OF_SCOPE: words.gettext("Out of scope")}
    return {**found, **ours}


def choices(words: Words, known: Iterable[str]) -> list[tuple[str, str]]:
    """Intents to choose from, by id, each with its name."""
    names = names_of(words)
    wanted = {*known, *names} - {NOT_UNDERSTOOD, ""}
    return sorted((intent, names.get(intent, intent.replace("_", " "))) for intent in wanted)
