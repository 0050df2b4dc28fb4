"""Whose sentence answers a flow that listens, and what of it is secret."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from callcenter.domain.chat import Author, Message
from callcenter.domain.effects import Listen

DOTS = "••••"
"""What stands in the conversation in place of a secret."""
_SECRET = re.compile(r"\d[\dXx\s-]*")


def secret_in(text: str) -> str:
    """The digits of a written secret, with an X that ends an identity number; empty where there are none.

    Whoever writes a sentence without any digit in place of a secret has said something else.
    """
    found = _SECRET.findall(unicodedata.normalize("NFKC", text))
    return re.sub(r"[\s-]", "", "".join(found)).upper()


def chosen_of(asked: Listen, message: Message) -> str:
    """The choice that a message takes, by button or by its very words."""
    if message.chosen is not None:
        return message.chosen.choice
    text = unicodedata.normalize("NFKC", message.text).strip().casefold()
    return next((one.id for one in asked.choices if text == one.text.strip().casefold()), "")


def answers(asked: Listen, after: int, messages: Iterable[Message]) -> Iterable[Message]:
    """The messages that may answer ``asked``: of the visitor, above its number and ``after``."""
    least = max(asked.after, after)
    return (one for one in messages if one.author is Author.VISITOR and one.file is None and one.number > least)
