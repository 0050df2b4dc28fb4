"""Chats as the core knows them: a visitor's connection is a leg that reads what a call would hear.

Commands of a contact whose id begins with :data:`~callcenter.domain.chat.CONVERSATION` are carried out here, on the
conversation of the same id; what visitors do becomes events. Prompts are messages, a gather is a question with choices,
and its answer is what the visitor chooses or writes next. Music, bridges and recordings have no meaning and are left
alone. Every message bears the command's request as its key, so carrying a command out twice says nothing twice.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import structlog

from callcenter.chat.listening import DOTS, answers, chosen_of, secret_in
from callcenter.chat.service import Chats
from callcenter.chat.undelivered import undelivered_text
from callcenter.domain.chat import (
    CONVERSATION,
    Author,
    Choice,
    Conversation,
    LeftMessage,
    Message,
    Position,
)
from callcenter.domain.contact import LegEndCause, Prompt
from callcenter.domain.effects import (
    Connect,
    Effect,
    Gather,
    HangUp,
    Listen,
    Originate,
    Play,
    QueueAnnounced,
    QueueLeft,
    StopGather,
)
from callcenter.domain.effects import TelephonyCommand as Command
from callcenter.domain.errors import Rejected
from callcenter.domain.events import (
    ChatMessageLeft,
    ChatOpened,
    ChatsRestored,
    DigitsGathered,
    GatherOutcome,
    LegAnswered,
    LegEnded,
    MessageUndelivered,
    PlaybackEnded,
    SentenceHeard,
    VisitorPresence,
    VisitorRated,
    VisitorWrote,
)
from callcenter.domain.ports import EventSink, SecretVault

log = structlog.get_logger(__name__)
OUR_LEG = f"leg-{CONVERSATION}"
_NOT_YET = 1 << 40
"""Above the number of any message."""
FLOW = "flow"
"""The author id of what flows and the centre itself say."""


def is_chat(command: Command) -> bool:
    """Whether a command is for a conversation."""
    leg: str = getattr(command, "leg", "")
    return command.contact.startswith(CONVERSATION) or leg.startswith((OUR_LEG, CONVERSATION))


class ChatLegs:
    """Carries out commands on conversations, and is the :class:`~callcenter.domain.ports.ChatListener` of chats."""

    def __init__(self, chats: Chats, post: EventSink, vault: SecretVault) -> None:
        self._chats = chats
        self._post = post
        self._vault = vault
        self._asked: dict[str, Gather] = {}
        """Conversation → the question whose answer a flow waits for."""
        self._listening: dict[str, tuple[Listen, int]] = {}
        """Conversation → what a flow listens for, and the number that the answer must be above."""
        self._secrets: dict[str, str] = {}
        """Conversation → the vault's key of the secret that was just written."""
        chats.visits.veil = self.veil

    async def restore(self, known: Mapping[str, int]) -> None:
        """After a start: say which conversations are open, and what visitors did meanwhile.

        ``known`` has the chats of the core, each with the number of the last message it heard.
        """
        self._post(ChatsRestored(contacts=tuple(one.id for one in self._chats.open_conversations())))
        await self._chats.retell(known)

    # --- commands

    async def execute(self, command: Command) -> None:
        """Carry out one command. What a conversation has no use for is done already."""
        match command:
            case Play():
                ok = await self._say(command.contact, command.prompts, (), command.request) is not None
                self._post(PlaybackEnded(leg=command.leg, request=command.request, ok=ok))
            case Gather():
                await self._ask(command)
            case Listen():
                await self._listen(command)
            case StopGather(contact=contact):
                self._asked.pop(contact, None)
            case Connect(contact=contact):
                self._forget(contact)  # a person answers from here on
            case Originate(leg=leg, auto_answer=True):
                self._post(LegAnswered(leg=leg))
            case HangUp(leg=leg) if leg.startswith(CONVERSATION):
                await self._close(leg)
            case _:
                pass

    async def _ask(self, command: Gather) -> None:
        """Ask, and wait for an answer; one that came while we were away counts."""
        question = await self._say(command.contact, command.prompts, command.choices, command.request)
        if question is None:
            self._post(DigitsGathered(leg=command.leg, request=command.request, outcome=GatherOutcome.FAILED))
            return
        self._asked[command.contact] = command
        for message in await self._chats.history(command.contact, question.number):
            if message.author is Author.VISITOR and self._answer(message):
                return

    async def _listen(self, command: Listen) -> None:
        """Say what is to be said, and wait for a sentence; one written meanwhile counts, unless it must be fresh."""
        after = 0
        self._listening[command.contact] = command, _NOT_YET  # a secret is veiled as soon as it can be written
        if command.prompts:
            question = await self._say(
                command.contact, command.prompts, command.choices, command.request, secret=command.secret
            )
            if question is None:
                self._listening.pop(command.contact, None)
                self._post(SentenceHeard(leg=command.leg, request=command.request, ok=False))
                return
            after = question.number if command.fresh else 0
        self._listening[command.contact] = command, after
        written = await self._chats.history(command.contact, max(command.after, after))
        for message in answers(command, after, written):
            if self._heard(message):
                return

    def veil(self, conversation: str, text: str) -> str:
        """What is kept of what a visitor writes: of a secret that was asked for, dots."""
        asked, _ = self._listening.get(conversation, (None, 0))
        digits = secret_in(text) if asked is not None and asked.secret else ""
        if not digits:
            return text
        self._secrets[conversation] = self._vault.put(conversation, digits)
        return DOTS

    def _heard(self, message: Message) -> bool:
        asked, after = self._listening.get(message.conversation, (None, 0))
        if asked is None or message.file is not None or message.number <= max(after, asked.after):
            return False
        secret = self._secrets.pop(message.conversation, "") if message.text == DOTS else ""
        if message.text == DOTS and not secret:
            return False
        del self._listening[message.conversation]
        heard = SentenceHeard(
            leg=asked.leg,
            request=asked.request,
            number=message.number,
            chosen=chosen_of(asked, message),
            secret=secret,
        )
        self._post(heard)
        return True

    async def _say(
        self, contact: str, prompts: Iterable[Prompt], choices: Sequence[Choice], request: str, *, secret: bool = False
    ) -> Message | None:
        text = "\n".join(prompt.text for prompt in prompts if prompt.text) or "…"
        try:
            return await self._chats.post(
                contact, Author.BOT, FLOW, text=text, choices=choices, secret=secret, key=request
            )
        except Rejected as refused:
            log.info("chat_not_told", contact=contact, code=refused.code)
            return None

    async def _close(self, conversation: str) -> None:
        """The contact is over; whoever spoke with a person may say how it was."""
        self._forget(conversation)
        said = await self._chats.history(conversation)
        try:
            await self._chats.close(conversation, "ended", survey=any(one.author is Author.AGENT for one in said))
        except Rejected as refused:
            log.info("chat_not_closed", contact=conversation, code=refused.code)

    def _forget(self, conversation: str) -> None:
        self._asked.pop(conversation, None)
        self._listening.pop(conversation, None)
        self._secrets.pop(conversation, None)

    def told(self, fact: Effect) -> None:
        """Show the visitor their place in the queue, or that the wait is over."""
        match fact:
            case QueueAnnounced(contact=contact, position=position, expected_wait_ms=expected):
                self._chats.position(contact, Position(max(0, position - 1), expected))
            case QueueLeft(contact=contact):
                self._chats.position(contact, None)
            case _:
                pass

    # --- what visitors do

    def opened(self, conversation: Conversation) -> None:
        """A visitor began."""
        who = conversation.visitor
        self._post(
            ChatOpened(
                contact=conversation.id,
                leg=conversation.id,
                entry=conversation.entry,
                language=conversation.language,
                visitor=who.id,
                customer=who.customer,
                name=who.name,
                phone=who.phone,
            )
        )

    def said(self, conversation: Conversation, message: Message) -> None:
        """The visitor wrote; it may be the answer to a question."""
        self._post(VisitorWrote(contact=conversation.id, number=message.number))
        if not self._answer(message):
            self._heard(message)

    chose = said

    def sent_file(self, conversation: Conversation, message: Message) -> None:
        """The visitor sent a file; it answers nothing."""
        self._post(VisitorWrote(contact=conversation.id, number=message.number))

    def _answer(self, message: Message) -> bool:
        asked = self._asked.get(message.conversation)
        if asked is None or message.file is not None:
            return False
        del self._asked[message.conversation]
        digits = keys_of(asked, message)
        outcome = GatherOutcome.COMPLETE
        self._post(DigitsGathered(leg=asked.leg, request=asked.request, outcome=outcome, digits=digits))
        return True

    def typing(self, conversation: Conversation, on: bool) -> None:
        """Shown at the desk; nothing the core decides by."""

    def read(self, conversation: Conversation) -> None:
        """Shown at the desk."""

    def left(self, conversation: Conversation) -> None:
        """The visitor's last page is gone."""
        self._post(VisitorPresence(contact=conversation.id, here=False))

    def returned(self, conversation: Conversation) -> None:
        """They have it open again."""
        self._post(VisitorPresence(contact=conversation.id, here=True))

    def identified(self, conversation: Conversation) -> None:
        """Shown at the desk."""

    def closed(self, conversation: Conversation) -> None:
        """The visitor ended it, as a caller hangs up."""
        self._forget(conversation.id)
        self._post(LegEnded(leg=conversation.id, cause=LegEndCause.NORMAL))

    def rated(self, conversation: Conversation) -> None:
        """Stars."""
        self._post(VisitorRated(contact=conversation.id, score=conversation.score))

    def left_message(self, conversation: Conversation, left: LeftMessage) -> None:
        """Nobody was there."""
        visitor = conversation.visitor.id
        fact = ChatMessageLeft(
            contact=conversation.id, entry=conversation.entry, language=conversation.language, visitor=visitor
        )
        self._post(fact)

    def undelivered(self, conversation: Conversation, message: Message, code: str) -> None:
        """A channel could not deliver a message: whoever has the chat reads why."""
        log.warning("chat_undelivered", contact=conversation.id, number=message.number, code=code)
        text = undelivered_text(message, code, conversation.language)
        self._post(MessageUndelivered(contact=conversation.id, number=message.number, text=text))


WRONG = "?"
"""What stands for an answer that is none of the choices: no key on any telephone."""


def keys_of(asked: Gather, message: Message) -> str:
    """The keys that a visitor's answer stands for: what they chose, the choice they named, or the digits they wrote.

    An answer that means nothing is :data:`WRONG` where keys were asked for, so that the flow says what is wanted.
    """
    if message.chosen is not None:
        return message.chosen.choice
    text = unicodedata.normalize("NFKC", message.text).strip()
    for choice in asked.choices:
        if text.casefold() in (choice.id.casefold(), choice.text.strip().casefold()):
            return choice.id
    if asked.choices:
        named = [choice.id for choice in asked.choices if choice.text.strip().casefold() in text.casefold()]
        return named[0] if len(named) == 1 else WRONG
    digits = "".join(letter for letter in text if letter in "0123456789*#")
    return digits.removesuffix(asked.terminator)[: asked.max_digits + 1] or WRONG
