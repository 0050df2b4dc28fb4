"""Takes what customers send and do into conversations; again is not twice, over restarts too."""

from __future__ import annotations

from collections.abc import Callable

from callcenter.chat.visits import Visits
from callcenter.chat.wecom.client import WeComClient, WeComError
from callcenter.chat.wecom.incoming import Ended, Entered, Incoming, Said, SentMedia, Undelivered
from callcenter.chat.wecom.outgoing import MenuAnswer, answer_of, message_id, tag_of
from callcenter.chat.wecom.refusals import failure_of
from callcenter.chat.wecom.window import WELCOME_MS, Window
from callcenter.chat.wecom.words import NOT_TAKEN
from callcenter.domain.chat import Author, ChatState, Conversation, StoredFile, Visitor
from callcenter.domain.config import ChatEntry
from callcenter.domain.errors import CallCenterError, Rejected
from callcenter.domain.ports import ChatFiles, Clock

NAME = "wecom"
PARTS = 8
"""A message of ours is at most so many of WeCom's: 4,000 characters of four bytes, 2,048 bytes each."""


def visitor_of(incoming: Incoming) -> str:
    """The visitor's id: the same customer of another account is another visitor."""
    return f"{incoming.user}@{incoming.kfid}"


class Reception:
    """``entry`` finds the chat entry of an account; ``ended`` is told when WeCom ended a session, with its code."""

    def __init__(
        self,
        client: WeComClient,
        visits: Visits,
        clock: Clock,
        windows: dict[str, Window],
        entry: Callable[[str], ChatEntry],
        files: ChatFiles,
        ended: Callable[[Conversation, str], None],
    ) -> None:
        self._client, self._visits, self._clock = client, visits, clock
        self._windows, self._entry, self._files, self._ended = windows, entry, files, ended

    async def take(self, incoming: Incoming) -> None:
        """Keep it durably. Raises ``ProviderError`` (retryable) when it is to come again."""
        match incoming:
            case Said() | SentMedia():
                await self._customer(incoming)
            case Entered():
                await self._entered(incoming)
            case Undelivered():
                await self._undelivered(incoming)
            case Ended():
                await self._over(incoming)

    # --- what customers send

    async def _customer(self, incoming: Said | SentMedia) -> None:
        visitor = visitor_of(incoming)
        if await self._visits.sent(NAME, visitor, incoming.id) is not None:
            return
        answer = answer_of(incoming.menu) if isinstance(incoming, Said) else None
        if answer is not None and answer.number == 0:
            await self._rate(visitor, answer)
            return
        conversation = await self._begin(incoming)
        self._windows.setdefault(visitor, Window()).wrote(incoming.at_ms)
        if isinstance(incoming, SentMedia):
            await self._media(conversation, incoming)
        elif answer is None or not await self._chose(conversation, answer, incoming.id):
            await self._visits.say(conversation.id, incoming.text, incoming.id)

    async def _begin(self, incoming: Incoming) -> Conversation:
        entry = self._entry(incoming.kfid)
        language = entry.languages[0] if entry.languages else "zh"
        begun = await self._visits.begin(NAME, entry.id, Visitor(visitor_of(incoming)), language)
        self._visits.present(begun.id, True)
        return begun

    async def _chose(self, conversation: Conversation, answer: MenuAnswer, key: str) -> bool:
        """False: the menu is of a conversation that is over, or asked nothing of the kind; then it is a text."""
        if answer.tag != tag_of(conversation.id):
            return False
        try:
            await self._visits.choose(conversation.id, answer.number, answer.choice, key)
        except Rejected as refused:
            if refused.code != "unknown_choice":
                raise
            return False
        return True

    async def _media(self, conversation: Conversation, incoming: SentMedia) -> None:
        """A file that can not be kept is named in words, so that the agent can ask for it in another way."""
        limits = self._entry(incoming.kfid).limits
        try:
            if incoming.kind not in ("image", "file"):
                raise Rejected("file_type", incoming.kind)
            name, content = await self._client.download(incoming.media, limits.file_mb * 1_000_000)
            file = await self._files.keep(content, named(name, content), conversation.id, Author.VISITOR, limits)
        except (Rejected, WeComError) as refused:
            if isinstance(refused, WeComError) and refused.retryable:
                raise
            words = NOT_TAKEN.get(conversation.language, NOT_TAKEN["zh"])
            await self._visits.say(conversation.id, f"{incoming.said} {words}", incoming.id)
        else:
            await self._sent(conversation, file, incoming.id)

    async def _sent(self, conversation: Conversation, file: StoredFile, key: str) -> None:
        try:
            await self._visits.send_file(conversation.id, file, key)
        except CallCenterError:
            await self._files.discard(file)
            raise

    async def _rate(self, visitor: str, answer: MenuAnswer) -> None:
        latest = await self._visits.current(NAME, visitor)
        if latest is not None and answer.tag == tag_of(latest.id):
            await self._visits.rate(latest.id, int(answer.choice))

    # --- what happens

    async def _entered(self, incoming: Entered) -> None:
        """Whoever only looks in again begins nothing: only one who may be greeted, and still can be."""
        if not incoming.code or self._clock.now_ms() >= incoming.at_ms + WELCOME_MS:
            return
        self._windows.setdefault(visitor_of(incoming), Window()).offer(incoming.code, incoming.at_ms)
        await self._begin(incoming)

    async def _undelivered(self, incoming: Undelivered) -> None:
        latest = await self._visits.current(NAME, visitor_of(incoming))
        if latest is None:
            return
        for number in range(latest.last, 0, -1):
            if incoming.message in (message_id(latest.id, number, part) for part in range(PARTS)):
                await self._visits.undelivered(latest.id, number, failure_of(incoming.why))
                return

    async def _over(self, incoming: Ended) -> None:
        """An end that is older than the conversation is of the one before, and known already."""
        latest = await self._visits.current(NAME, visitor_of(incoming))
        if latest is None or latest.state is ChatState.CLOSED or incoming.at_ms // 1_000 < latest.opened_ms // 1_000:
            return
        survey = self._entry(incoming.kfid).survey
        self._ended(await self._visits.close(latest.id, survey=survey), incoming.code)


def named(name: str, content: bytes) -> str:
    """A name with an ending; pictures come from WeCom without one."""
    if "." in name:
        return name
    for start, ending in ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG", "png"), (b"GIF8", "gif"), (b"RIFF", "webp")):
        if content.startswith(start):
            return f"{name or 'picture'}.{ending}"
    return name or "file"
