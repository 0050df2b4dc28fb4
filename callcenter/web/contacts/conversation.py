"""A chat's messages within its contact's story: by time, personal data masked, the flow's steps folded between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from callcenter.domain.chat import Author, Conversation, FileRef, Message
from callcenter.domain.records import ContactRecord, Customer
from callcenter.web.contacts.story import Row
from callcenter.web.masking import masked_words
from callcenter.web.services import WebServices
from callcenter.web.wording.words import Words, masked_name

MAX_MESSAGES = 10_000


@dataclass(frozen=True, slots=True)
class Said:
    """One message. ``text`` and ``who`` are masked unless the reader may see them whole."""

    number: int
    at_ms: int
    offset_ms: int
    author: str
    who: str
    text: str
    choices: tuple[str, ...] = ()
    file: FileRef | None = None
    link: str = ""
    """Where the file is opened, for whoever sees the message whole."""
    new_time: bool = True


@dataclass(frozen=True, slots=True)
class Folded:
    """What a flow or an assistant did between two messages. ``head`` says it in short."""

    rows: tuple[Row, ...]

    @property
    def head(self) -> Row:
        """Its first sentence: in an assistant's talk, what it understood."""
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation of a contact; ``who`` is the visitor's name as ``said`` shows it, empty when not known."""

    who: str
    said: tuple[Said, ...]


NO_TALK = Talk("", ())
Item = Row | Said | Folded


async def talk_of(
    services: WebServices, words: Words, contact: ContactRecord, *, customer: Customer | None, whole: bool
) -> Talk:
    """What was written in a contact; nothing in a call. Masked unless ``whole``."""
    head = await services.chats.conversation(contact.id)
    if head is None:
        return NO_TALK
    messages = await services.chats.history(contact.id, 0, MAX_MESSAGES)
    name = head.visitor.name or (customer.name if customer is not None else "")
    hidden = () if whole else tuple(filter(None, (head.visitor.name, customer.name if customer else "")))
    shown = name if whole else masked_name(name)
    return Talk(shown, tuple(_said(words, contact, head, m, hidden, shown, whole=whole) for m in messages))


def _said(
    words: Words,
    contact: ContactRecord,
    head: Conversation,
    message: Message,
    hidden: Sequence[str],
    visitor: str,
    *,
    whole: bool,
) -> Said:
    def shown(text: str) -> str:
        return text if whole else masked_words(text, hidden)

    return Said(
        message.number,
        message.at_ms,
        max(0, message.at_ms - contact.started_ms),
        message.author.value,
        author_name(words, message, visitor),
        shown(message.file.name if message.file is not None else message.text),
        tuple(shown(choice.text) for choice in message.choices),
        message.file,
        f"/contacts/{contact.id}/files/{message.file.id}" if whole and message.file is not None else "",
    )


def author_name(words: Words, message: Message, visitor: str) -> str:
    """Who wrote it, in the reader's language; ``visitor`` is the visitor's name as far as it may be shown."""
    match message.author:
        case Author.VISITOR:
            return visitor or words.gettext("Visitor")
        case Author.AGENT:
            return words.agent(message.author_id)
        case Author.BOT:
            return words.gettext("Assistant")
    return words.gettext("System")


def told(rows: Sequence[Row], talk: Talk) -> list[Item]:
    """Story and messages in one, oldest first. Without messages it is the story as it is."""
    if not talk.said:
        return list(rows)
    return list(_folded(_timed(sorted([*rows, *talk.said], key=_order))))


def _order(item: Row | Said) -> tuple[int, int]:
    """In the same millisecond: what a visitor wrote, what came of it, what was answered."""
    if isinstance(item, Row):
        return item.at_ms, 1
    return item.at_ms, 0 if item.author == Author.VISITOR else 2


def _timed(items: Sequence[Row | Said]) -> Iterator[Row | Said]:
    before = -1
    for item in items:
        second = item.at_ms // 1_000
        yield replace(item, new_time=second != before)
        before = second


def _folded(items: Iterator[Row | Said]) -> Iterator[Item]:
    for detail, run in groupby(items, lambda item: isinstance(item, Row) and item.detail):
        together = list(run)
        if detail and len(together) > 1:
            yield Folded(tuple(item for item in together if isinstance(item, Row)))
        else:
            yield from together
