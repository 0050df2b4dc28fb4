"""The questions of the result form as the page shows them: in words, with what was answered already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callcenter.domain.views import ContactView
from callcenter.web.wording.words import Words

FEW_CHOICES = 4
"""So many choices are shown side by side; more go into a list."""


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """One field of the queue's form. ``look`` is ``text``, ``number``, ``date``, ``chips`` or ``list``."""

    id: str
    name: str
    look: str
    required: bool
    answer: str
    choices: tuple[tuple[str, str], ...] = ()


def questions(words: Words, contact: ContactView) -> tuple[FormQuestion, ...]:
    """What the contact's queue asks for, besides disposition and note."""
    queue = words.config.queues.get(contact.queue)
    return tuple(
        FormQuestion(
            id=asked.id,
            name=words.name(asked.names, asked.id),
            look=_look(asked.kind, len(asked.choices)),
            required=asked.required,
            answer=contact.fields.get(asked.id, ""),
            choices=tuple((choice.id, words.name(choice.names, choice.id)) for choice in asked.choices),
        )
        for asked in (queue.fields if queue else ())
    )


def _look(kind: str, choices: int) -> str:
    if kind == "choice":
        return "chips" if choices <= FEW_CHOICES else "list"
    return kind if kind in ("number", "date") else "text"


def local_input(words: Words, at_ms: int | None) -> str:
    """A moment as a date and time field of a page wants it, in the centre's time; empty for none."""
    if at_ms is None:
        return ""
    return datetime.fromtimestamp(at_ms / 1000, words.zone).strftime("%Y-%m-%dT%H:%M")
