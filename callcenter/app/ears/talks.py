"""What is being said in the talks of this moment, as turns: shown while it is said, and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from callcenter.core.state import Contact
from callcenter.domain.errors import ProviderError
from callcenter.domain.ports import Clock, Transcripts
from callcenter.domain.speech import Heard, LiveTalk, Speaker, Transcript, Turn, live_source, tap_of
from callcenter.speech.ears.news import EarsOpen, News, VoiceBegan, VoiceEnded, VoiceHeard

log = structlog.get_logger(__name__)

KEEP_EVERY_MS = 2_000
"""New turns are written together, this often at most: so much is lost when the machine stops."""
BEHIND_MS = 3_000
MOST_TURNS = 2_000


@dataclass(slots=True)
class _Talk:
    shown: LiveTalk
    began_ms: int
    open: set[str] = field(default_factory=set)
    keeping: asyncio.Task[None] | None = None


class LiveTalks:
    """Fills the port. ``contact_of`` finds a contact in the core; ``changed`` is told whose pages look different."""

    def __init__(
        self,
        transcripts: Transcripts,
        clock: Clock,
        language: str,
        contact_of: Callable[[str], Contact | None],
        changed: Callable[[Contact], None],
    ) -> None:
        self._transcripts, self._clock, self._language = transcripts, clock, language
        self._contact_of, self._changed = contact_of, changed
        self._model = ""
        self._talks: dict[str, _Talk] = {}
        self._began: dict[str, int] = {}

    def of(self, contact: str) -> LiveTalk | None:
        """See the port."""
        talk = self._talks.get(contact)
        return talk.shown if talk is not None else None

    def open(self, contact: str) -> frozenset[str]:
        """The taps by which a contact is being heard."""
        talk = self._talks.get(contact)
        return frozenset(talk.open) if talk is not None else frozenset()

    async def kept(self) -> None:
        """Return once all that was said so far is written."""
        while waiting := [talk.keeping for talk in self._talks.values() if talk.keeping is not None]:
            await asyncio.wait(waiting)

    def hear(self, news: News) -> None:
        """Take what the ears tell."""
        match news:
            case EarsOpen(model=model):
                self._model = model
            case VoiceBegan(tap=tap):
                self._voice_began(tap)
            case VoiceHeard(tap=tap, heard=heard, lag_ms=lag_ms):
                self._voice_heard(tap, heard, lag_ms)
            case VoiceEnded(tap=tap, trouble=trouble):
                if trouble:
                    log.warning("voice_lost", tap=tap, why=trouble)
                self._voice_ended(tap)

    def said(self, contact: str, text: str) -> None:
        """Our machine says something in a talk that is being heard."""
        known = self._contact_of(contact)
        if known is None or not text.strip():
            return
        talk = self._talks.setdefault(contact, _Talk(LiveTalk(contact), known.arrived_ms))
        at = self._clock.now_ms() - talk.began_ms
        self._add(talk, Turn(Speaker.BOT, at, at, text.strip(), 1.0))

    def ears_gone(self) -> None:
        """Nothing more comes from the taps there were."""
        for tap in list(self._began):
            self._voice_ended(tap)

    async def close(self) -> None:
        """Write what was not written yet."""
        for contact, talk in list(self._talks.items()):
            if talk.keeping is not None:
                talk.keeping.cancel()
                await self._write(contact)

    def _voice_began(self, tap: str) -> None:
        found = tap_of(tap)
        contact = self._contact_of(found[1]) if found is not None else None
        if contact is None:
            return
        self._began[tap] = self._clock.now_ms()
        talk = self._talks.setdefault(contact.id, _Talk(LiveTalk(contact.id), contact.arrived_ms))
        talk.open.add(tap)
        self._forget_ended()
        self._changed(contact)

    def _voice_heard(self, tap: str, heard: Heard, lag_ms: int) -> None:
        found, began_ms = tap_of(tap), self._began.get(tap)
        if found is None or began_ms is None or not heard.text.strip():
            return
        speaker, contact = found
        talk = self._talks[contact]
        turn = _turn(speaker, heard, began_ms - talk.began_ms)
        others = tuple(guess for guess in talk.shown.guesses if guess.speaker is not speaker)
        behind = lag_ms > BEHIND_MS
        if not heard.final:
            self._show(talk, LiveTalk(contact, talk.shown.turns, (*others, turn), behind))
            return
        self._show(talk, LiveTalk(contact, talk.shown.turns, others, behind))
        self._add(talk, turn)

    def _add(self, talk: _Talk, turn: Turn) -> None:
        shown, contact = talk.shown, talk.shown.contact
        turns = sorted((*shown.turns, turn), key=lambda one: (one.start_ms, one.end_ms))[-MOST_TURNS:]
        self._show(talk, LiveTalk(contact, tuple(turns), shown.guesses, shown.behind))
        if talk.keeping is None:
            talk.keeping = asyncio.get_running_loop().create_task(self._keep(contact), name=f"live talk {contact}")

    def _voice_ended(self, tap: str) -> None:
        found = tap_of(tap)
        self._began.pop(tap, None)
        talk = self._talks.get(found[1]) if found is not None else None
        if found is None or talk is None:
            return
        talk.open.discard(tap)
        guesses = tuple(guess for guess in talk.shown.guesses if guess.speaker is not found[0])
        self._show(talk, LiveTalk(talk.shown.contact, talk.shown.turns, guesses))
        self._forget_ended()

    def _show(self, talk: _Talk, shown: LiveTalk) -> None:
        if shown == talk.shown:
            return
        talk.shown = shown
        contact = self._contact_of(shown.contact)
        if contact is not None:
            self._changed(contact)

    def _forget_ended(self) -> None:
        """Those that nobody can look at any more and that have been written."""
        for contact, talk in list(self._talks.items()):
            if not talk.open and talk.keeping is None and self._contact_of(contact) is None:
                del self._talks[contact]

    async def _keep(self, contact: str) -> None:
        await self._clock.sleep_until(self._clock.now_ms() + KEEP_EVERY_MS)
        await self._write(contact)
        self._talks[contact].keeping = None
        self._forget_ended()

    async def _write(self, contact: str) -> None:
        shown = self._talks[contact].shown
        try:
            await self._transcripts.keep(
                Transcript(
                    source=live_source(contact),
                    contact=contact,
                    language=self._language,
                    model=self._model,
                    made_ms=self._clock.now_ms(),
                    turns=shown.turns,
                )
            )
        except ProviderError as error:
            log.warning("live_talk_not_kept", contact=contact, why=str(error))


def _turn(speaker: Speaker, heard: Heard, since_ms: int) -> Turn:
    start, end = heard.start_ms + since_ms, heard.end_ms + since_ms
    return Turn(speaker, start, end, heard.text.strip(), heard.confidence)
