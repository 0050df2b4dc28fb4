"""Our messages in WeCom's form: texts of 2,048 bytes, menus of ten answers, ids that are the same when sent again."""

from __future__ import annotations

import hashlib
from typing import Any

from msgspec import Struct

from callcenter.chat.wecom.words import RATINGS, WORDS
from callcenter.domain.chat import MAX_SCORE, Conversation, Message

MAX_BYTES = 2_048
MAX_HEAD = 1_024
MAX_ITEMS = 10
MAX_ITEM = 128
MAX_ID = 64
_RATE = "rate"


class Payload(Struct, frozen=True):
    """One message of WeCom: ``{"msgtype": kind, kind: body}``."""

    kind: str
    body: dict[str, Any]

    def to(self, more: dict[str, Any]) -> dict[str, Any]:
        """The request's body."""
        return {**more, "msgtype": self.kind, self.kind: self.body}


class MenuAnswer(Struct, frozen=True):
    """Which answer was chosen: of question ``number``, or with ``number`` 0 the rating ``choice``."""

    tag: str
    number: int
    choice: str


def tag_of(conversation: str) -> str:
    """A short name of a conversation, so that an old menu's answer is not taken for a new one's."""
    return hashlib.sha256(conversation.encode()).hexdigest()[:8]


def message_id(conversation: str, number: int, part: int = 0) -> str:
    """WeCom's id of our message: at most 32 bytes of ``[0-9a-zA-Z_-]``, the same whenever it is sent."""
    return hashlib.sha256(f"{conversation}/{number}/{part}".encode()).hexdigest()[:32]


def payloads_of(message: Message) -> list[Payload]:
    """A text or a question. What no menu can hold is said as a text with the answers in lines."""
    if not message.choices:
        return texts(message.text)
    tag = tag_of(message.conversation)
    items = [(f"{tag}.{message.number}.{one.id}", one.text) for one in message.choices]
    fits = len(items) <= MAX_ITEMS and all(_size(id) <= MAX_ID and _size(text) <= MAX_ITEM for id, text in items)
    if fits and _size(message.text) <= MAX_HEAD:
        return [_menu(message.text, items)]
    return texts("\n".join([message.text, *(f"· {one.text}" for one in message.choices)]))


def last_word(conversation: Conversation) -> Payload:
    """What is said at the end: a menu of ratings when it is to be rated, else that it is over."""
    language = conversation.language if conversation.language in WORDS else "zh"
    if not conversation.survey:
        return Payload("text", {"content": WORDS[language]["closed"]})
    tag = tag_of(conversation.id)
    scores = range(MAX_SCORE, 0, -1)
    return _menu(WORDS[language]["survey"], [(f"{tag}.{_RATE}.{n}", RATINGS[language][n - 1]) for n in scores])


def answer_of(menu: str) -> MenuAnswer | None:
    """What a menu's id says; None: it is none of ours."""
    tag, _, rest = menu.partition(".")
    number, _, choice = rest.partition(".")
    if number == _RATE:
        return MenuAnswer(tag, 0, choice) if choice.isdigit() else None
    return MenuAnswer(tag, int(number), choice) if number.isascii() and number.isdigit() and choice else None


def texts(text: str) -> list[Payload]:
    """A text in as few messages as hold it; no character is cut in two."""
    parts, part, size = [], "", 0
    for letter in text:
        size += _size(letter)
        if size > MAX_BYTES:
            parts.append(part)
            part, size = "", _size(letter)
        part += letter
    return [Payload("text", {"content": one}) for one in (*parts, part)]


def _menu(head: str, items: list[tuple[str, str]]) -> Payload:
    clicks = [{"type": "click", "click": {"id": id, "content": text}} for id, text in items]
    return Payload("msgmenu", {"head_content": head, "list": clicks})


def _size(text: str) -> int:
    return len(text.encode())
