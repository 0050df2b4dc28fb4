"""Chats in the database: what was written is read, a retry is no second message, a stranger's message is noticed."""

from __future__ import annotations

import msgspec
import pytest

from callcenter.domain.chat import (
    Author,
    ChatWrites,
    Choice,
    Chosen,
    Conversation,
    FileRef,
    Message,
    MessageKind,
    StoredFile,
    Visitor,
)
from callcenter.domain.errors import Corrupt, ProviderError
from callcenter.storage import Storage

T0 = 1_800_000_000_000
ANNA = Visitor("v1", "C-1001", "安娜", "+8613800000001")
FILE = StoredFile("f1", "c1", Author.VISITOR, "账单.pdf", "application/pdf", 12, "ab" * 32, T0 + 3, "f1/f1.bin")


def conversation(id: str = "c1", **more: object) -> Conversation:
    values = {"channel": "web", "entry": "site", "visitor": ANNA, "language": "zh", "opened_ms": T0, **more}
    return Conversation(id=id, **values)  # type: ignore[arg-type]


def message(number: int, conversation: str = "c1", **more: object) -> Message:
    values = {"author": Author.VISITOR, "text": f"第{number}条 😀", "key": f"k{number}", **more}
    return Message(conversation=conversation, number=number, at_ms=T0 + number, **values)  # type: ignore[arg-type]


async def test_everything_comes_back_as_it_was(storage: Storage) -> None:
    begun = conversation(page="https://bank.example/cards", survey=True, score=4, comment="好", agent_read=2)
    said = (
        message(1),
        message(2, author=Author.BOT, kind=MessageKind.CHOICES, choices=(Choice("a", "余额"), Choice("b", "挂失"))),
        message(3, chosen=Chosen(2, "b")),
        message(4, kind=MessageKind.FILE, file=FileRef("f1", "账单.pdf", "application/pdf", 12)),
        message(5, author=Author.AGENT, author_id="1001", key=""),
    )
    await storage.chats.write(ChatWrites((begun,), said, (FILE,)))
    assert await storage.chats.conversation("c1") == msgspec.structs.replace(begun, last=5)
    assert await storage.chats.messages("c1") == list(said)
    assert await storage.chats.messages("c1", after=2, limit=2) == list(said[2:4])
    assert await storage.chats.files("c1") == [FILE]
    assert await storage.chats.file("f1") == FILE
    assert await storage.chats.file("f2") is None
    assert await storage.chats.conversation("c2") is None


async def test_conversations_are_found_by_state_visitor_and_customer(storage: Storage) -> None:
    other = Visitor("v2")
    await storage.chats.write(
        ChatWrites(
            (
                conversation("c1", closed_ms=T0 + 5, close_reason="agent"),
                conversation("c2", opened_ms=T0 + 10),
                conversation("c3", opened_ms=T0 + 20, visitor=other),
                conversation("c4", opened_ms=T0 + 30, channel="wecom", visitor=Visitor("w1", "C-1001")),
            )
        )
    )
    chats = storage.chats
    assert [c.id for c in await chats.open_conversations()] == ["c2", "c3", "c4"]
    assert [c.id for c in await chats.open_conversations("wecom")] == ["c4"]
    latest = await chats.latest_of("web", "v1")
    assert latest is not None
    assert latest.id == "c2"
    assert await chats.latest_of("wecom", "v1") is None
    assert [c.id for c in await chats.of_customer("C-1001")] == ["c4", "c2", "c1"]
    assert [c.id for c in await chats.of_customer("C-1001", limit=1)] == ["c4"]
    assert await chats.of_customer("") == []


async def test_a_conversation_changes_and_the_same_message_again_is_a_retry(storage: Storage) -> None:
    writes = ChatWrites((conversation(),), (message(1), message(2)))
    await storage.chats.write(writes)
    await storage.chats.write(writes)
    later = ChatWrites((conversation(closed_ms=T0 + 9, close_reason="idle"),), (message(2), message(3)))
    await storage.chats.write(later)
    assert [m.number for m in await storage.chats.messages("c1")] == [1, 2, 3]
    kept = await storage.chats.conversation("c1")
    assert kept is not None
    assert (kept.closed_ms, kept.close_reason, kept.last) == (T0 + 9, "idle", 3)


async def test_another_message_of_the_same_number_is_noticed_and_nothing_is_written(storage: Storage) -> None:
    await storage.chats.write(ChatWrites((conversation(),), (message(1),)))
    strange = ChatWrites((), (message(1, text="somebody else's"), message(2)))
    with pytest.raises(Corrupt, match="another process writes the same chats"):
        await storage.chats.write(strange)
    assert [m.number for m in await storage.chats.messages("c1")] == [1]


async def test_a_key_stands_once_in_a_conversation(storage: Storage) -> None:
    await storage.chats.write(ChatWrites((conversation(), conversation("c2")), (message(1), message(1, "c2"))))
    with pytest.raises(ProviderError) as caught:
        await storage.chats.write(ChatWrites((), (message(2, key="k1"),)))
    assert not caught.value.retryable
    await storage.chats.write(ChatWrites((), (message(2, key=""), message(3, key=""))))


async def test_a_key_is_found_over_all_conversations_of_its_visitor_only(storage: Storage) -> None:
    both = (conversation(), conversation("c2"), conversation("c3", visitor=Visitor("v2")))
    await storage.chats.write(ChatWrites(both, (message(1, key="k-1"), message(1, "c2", key="k-2"))))
    found = await storage.chats.message_of("web", "v1", "k-2")
    assert found is not None
    assert found.conversation == "c2"
    assert await storage.chats.message_of("web", "v2", "k-2") is None
    assert await storage.chats.message_of("wecom", "v1", "k-1") is None
    assert await storage.chats.message_of("web", "v1", "k-9") is None
