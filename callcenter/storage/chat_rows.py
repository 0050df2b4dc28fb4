"""Conversations, messages and files as rows, and back."""

from __future__ import annotations

from typing import Any

import msgspec

from callcenter.domain.chat import (
    Author,
    Choice,
    Chosen,
    Conversation,
    FileRef,
    Message,
    MessageKind,
    StoredFile,
    Visitor,
)


class _More(msgspec.Struct, frozen=True, omit_defaults=True):
    """What few messages have; kept as JSON."""

    choices: tuple[Choice, ...] = ()
    chosen: Chosen | None = None
    file: FileRef | None = None
    secret: bool = False


_more = msgspec.json.Decoder(_More)
_NOTHING = _More()
_PLAIN = (
    "id", "channel", "entry", "language", "page", "opened_ms", "closed_ms", "close_reason", "visitor_read",
    "agent_read", "delivered", "survey", "score", "comment",
)  # fmt: skip


def conversation_row(conversation: Conversation) -> dict[str, Any]:
    """A row of ``chat_conversations``."""
    who = conversation.visitor
    row = {name: getattr(conversation, name) for name in _PLAIN}
    return {**row, "visitor": who.id, "customer": who.customer, "name": who.name, "phone": who.phone}


def conversation_of(row: Any) -> Conversation:
    """A conversation; the row also has ``last``, the highest number of its messages."""
    values = {name: getattr(row, name) for name in _PLAIN}
    visitor = Visitor(row.visitor, row.customer, row.name, row.phone)
    return Conversation(**{**values, "survey": bool(row.survey)}, visitor=visitor, last=row.last or 0)


def message_row(message: Message) -> dict[str, Any]:
    """A row of ``chat_messages``."""
    more = _More(message.choices, message.chosen, message.file, message.secret)
    return {
        "conversation": message.conversation,
        "number": message.number,
        "at_ms": message.at_ms,
        "author": message.author.value,
        "author_id": message.author_id,
        "kind": message.kind.value,
        "text": message.text,
        "key": message.key or None,
        "more": "" if more == _NOTHING else msgspec.json.encode(more).decode(),
    }


def message_of(row: Any) -> Message:
    """A message."""
    more = _more.decode(row.more) if row.more else _NOTHING
    return Message(
        conversation=row.conversation,
        number=row.number,
        at_ms=row.at_ms,
        author=Author(row.author),
        kind=MessageKind(row.kind),
        author_id=row.author_id,
        text=row.text,
        choices=more.choices,
        secret=more.secret,
        chosen=more.chosen,
        file=more.file,
        key=row.key or "",
    )


def file_row(file: StoredFile) -> dict[str, Any]:
    """A row of ``chat_files``."""
    return {**msgspec.structs.asdict(file), "author": file.author.value}


def file_of(row: Any) -> StoredFile:
    """A file."""
    return StoredFile(**{**row._mapping, "author": Author(row.author)})
