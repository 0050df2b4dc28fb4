"""Calls and chats in a database, as they lie there when they ended: with their transcripts or messages."""

from __future__ import annotations

import msgspec

from callcenter.domain import effects as fx
from callcenter.domain.chat import Author, ChatWrites, Conversation, Message, Visitor
from callcenter.domain.contact import Channel
from callcenter.domain.journal import JournalEntry
from callcenter.domain.records import RecordingRecord
from callcenter.domain.speech import Speaker, Transcript, Turn
from callcenter.storage import Storage
from tests.storage.samples import T0, call, entries

GOOD = (
    (Speaker.AGENT, "您好，江海银行，工号1001为您服务，本次通话将被录音，请问有什么可以帮您？"),
    (Speaker.CUSTOMER, "我想查一下账单"),
    (Speaker.AGENT, "好的，您的账单已经发到您手机上了，请问还有什么可以帮您吗？"),
    (Speaker.CUSTOMER, "没有了"),
    (Speaker.AGENT, "感谢您的来电，请稍后对我的服务做出评价，再见"),
)
RUDE = (
    (Speaker.AGENT, "喂"),
    (Speaker.CUSTOMER, "我要投诉，我打12378"),
    (Speaker.AGENT, "你有病吧，随便你投诉"),
)


class Talks:
    """Adds contacts to a storage, one journal for all."""

    def __init__(self, storage: Storage) -> None:
        self._storage, self._seq = storage, 1

    async def ended(self, contact: str, *, chat: bool = False, agent: str = "1001") -> None:
        """A contact that is over, with its result."""
        story = entries(contact, call(contact, agent=agent), self._seq)
        if chat:
            story = [_chat(entry) for entry in story]
        self._seq += len(story)
        await self._storage.journal.append(story, 0)

    async def call(self, contact: str, turns: tuple[tuple[Speaker, str], ...] = GOOD) -> None:
        """A call with its transcript."""
        await self.ended(contact)
        name = f"r-{contact}"
        recording = RecordingRecord(name, contact, "call", f"{name}.wav", T0, 60_000, 44, "0")
        await self._storage.contacts.add_recording(recording)
        assert await self._storage.transcripts.claim("t", T0 + 10_000_000, 1_000) is not None
        said = tuple(
            Turn(speaker, at * 4_000, at * 4_000 + 3_000, text, 0.9, 0 if speaker is Speaker.CUSTOMER else 1)
            for at, (speaker, text) in enumerate(turns)
        )
        assert await self._storage.transcripts.finish(Transcript(name, contact, "zh", "m", T0, said), "t", T0, 1)

    async def chat(self, contact: str, texts: tuple[tuple[Author, str], ...]) -> None:
        """A chat with its messages."""
        await self.ended(contact, chat=True)
        messages = tuple(
            Message(contact, number, T0 + number * 4_000, author, text=text, key=f"k{number}")
            for number, (author, text) in enumerate(texts, 1)
        )
        conversation = Conversation(contact, "web", "site", Visitor(f"v-{contact}"), "zh", T0)
        await self._storage.chats.write(ChatWrites((conversation,), messages))


def _chat(entry: JournalEntry) -> JournalEntry:
    changed = tuple(
        msgspec.structs.replace(one, channel=Channel.CHAT) if isinstance(one, fx.ContactOpened) else one
        for one in entry.effects
    )
    return msgspec.structs.replace(entry, effects=changed)
