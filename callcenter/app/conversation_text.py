"""One contact's words as quality reads them: a call's transcripts or a chat's messages, in one form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from callcenter.domain import effects as fx
from callcenter.domain.chat import Author, Message
from callcenter.domain.effects import Effect
from callcenter.domain.ports import CampaignStore, ChatStore, ConfigStore, ContactDirectory, Transcripts
from callcenter.domain.records import ContactRecord, TimelineEntry
from callcenter.domain.speech import Speaker, Turn, joined
from callcenter.storage import Storage

SPEAKERS = {
    Author.VISITOR: Speaker.CUSTOMER,
    Author.AGENT: Speaker.AGENT,
    Author.BOT: Speaker.BOT,
    Author.SYSTEM: Speaker.SYSTEM,
}
MOST_MESSAGES = 10_000
TRUE_WORDS = frozenset({"true", "yes", "1", "ok"})


class ConversationTexts:
    """Puts a contact's words together; ``timezone`` is the centre's.

    Without ``campaigns`` no purpose is known, without ``config`` not whether the queue asks for a survey.
    """

    def __init__(
        self,
        contacts: ContactDirectory,
        transcripts: Transcripts,
        chats: ChatStore,
        timezone: str,
        campaigns: CampaignStore | None = None,
        config: ConfigStore | None = None,
    ) -> None:
        self._contacts, self._transcripts, self._chats = contacts, transcripts, chats
        self._campaigns, self._config = campaigns, config
        self._zone = ZoneInfo(timezone)

    @classmethod
    def from_storage(cls, storage: Storage, timezone: str) -> ConversationTexts:
        """With everything that is kept of a contact."""
        kept = (storage.contacts, storage.transcripts, storage.chats)
        return cls(*kept, timezone, storage.campaigns, storage.config)

    async def of(self, contact: str) -> dict[str, Any] | None:
        """The form of docs/quality.md; None when there is no such contact, or nothing of it is text.

        Times are ms since the first recording began, or since the chat was opened. A pause of a recording is no time.
        """
        record = await self._contacts.get(contact)
        if record is None:
            return None
        base_ms, language, turns = await self._chat(contact)
        if not turns:
            base_ms, language, turns = await self._call(contact)
        if not turns:
            return None
        timeline = await self._contacts.timeline(contact)
        return {
            "id": contact,
            "medium": record.channel,
            "language": language,
            "call": await self._known(record, timeline),
            "holds": holds_of(timeline, base_ms),
            "turns": [_plain(turn) for turn in turns],
        }

    async def _call(self, contact: str) -> tuple[int, str, list[Turn]]:
        begun = {one.id: one.started_ms for one in await self._contacts.recordings(contact)}
        kept = [one for one in await self._transcripts.of_contact(contact) if one.source in begun]
        if not kept:
            return 0, "", []
        base_ms = min(begun[one.source] for one in kept)
        return base_ms, kept[0].language, [one.turn for one in joined(kept, begun)]

    async def _chat(self, contact: str) -> tuple[int, str, list[Turn]]:
        head = await self._chats.conversation(contact)
        if head is None:
            return 0, "", []
        messages = await self._chats.messages(contact, 0, MOST_MESSAGES)
        return head.opened_ms, head.language, turns_of_chat(messages, head.opened_ms)

    async def _known(self, record: ContactRecord, timeline: Sequence[TimelineEntry]) -> dict[str, Any]:
        effects = [effect for entry in timeline for effect in entry.effects]
        campaign = next((effect.campaign for effect in effects if isinstance(effect, fx.LeadTaken)), "")
        steps = dict.fromkeys(effect.step for effect in effects if isinstance(effect, fx.StepEntered))
        return {
            "campaign": campaign,
            "purpose": await self._purpose(campaign),
            "steps": list(steps),
            "verified": verified_in(effects),
            "survey": await self._asks_for_survey(record.queue),
            "direction": "outbound" if record.direction == "outbound" else "inbound",
            "queue": record.queue,
            "agent": record.agent,
            "disposition": record.disposition,
            "bot": record.channel == "chat" and not record.agent,
            "transfers": sum(isinstance(effect, fx.Transferred) for effect in effects),
            "started_at": datetime.fromtimestamp(record.started_ms / 1_000, self._zone).isoformat(),
            "timezone": self._zone.key,
        }

    async def _purpose(self, campaign: str) -> str:
        """What the campaign calls for, as it is now; empty for a campaign that is gone, and for other calls."""
        found = await self._campaigns.get(campaign) if campaign and self._campaigns is not None else None
        return "" if found is None else found.spec.purpose

    async def _asks_for_survey(self, queue: str) -> bool:
        """Whether the queue, as it is configured now, leads customers to a survey after the talk."""
        config = await self._config.load() if queue and self._config is not None else None
        return config is not None and queue in config.queues and bool(config.queues[queue].survey_flow)


def verified_in(effects: Sequence[Effect]) -> bool:
    """Whether a flow found out who the customer is: its last word on the variable ``verified``."""
    said = [effect.value for effect in effects if isinstance(effect, fx.VariableSet) and effect.name == "verified"]
    return bool(said) and str(said[-1]).casefold() in TRUE_WORDS


def turns_of_chat(messages: Sequence[Message], opened_ms: int) -> list[Turn]:
    """A chat's messages as turns; what is written is certain, and takes no time."""
    return [
        Turn(SPEAKERS[one.author], at, at, one.text, 1.0)
        for one in messages
        for at in (max(0, one.at_ms - opened_ms),)
        if one.text
    ]


def holds_of(timeline: Sequence[TimelineEntry], base_ms: int) -> list[dict[str, int]]:
    """The times on hold, in ms since ``base_ms``; one that nothing ended lasts to the story's end."""
    found: list[dict[str, int]] = []
    since: int | None = None
    for entry in timeline:
        for effect in entry.effects:
            if isinstance(effect, fx.HoldChanged):
                if effect.on_hold:
                    since = entry.at_ms if since is None else since
                elif since is not None:
                    found.append({"start_ms": max(0, since - base_ms), "end_ms": max(0, entry.at_ms - base_ms)})
                    since = None
    if since is not None:
        found.append({"start_ms": max(0, since - base_ms), "end_ms": max(0, timeline[-1].at_ms - base_ms)})
    return found


def _plain(turn: Turn) -> dict[str, Any]:
    channel = {} if turn.channel is None else {"channel": turn.channel}
    said = {"speaker": turn.speaker.value, "start_ms": turn.start_ms, "end_ms": turn.end_ms}
    return {**said, "text": turn.text, "confidence": round(turn.confidence, 4), **channel}
