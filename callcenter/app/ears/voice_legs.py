"""Between engine and PBX: callers who speak with a flow are asked, heard, and not talked over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import structlog

from callcenter.domain.contact import Prompt
from callcenter.domain.effects import Gather, Listen, Play, StopGather, StopPlay, StopTap, TapMedia, TelephonyCommand
from callcenter.domain.errors import ProviderError
from callcenter.domain.events import DigitsGathered, Event, LegEnded, PlaybackEnded, SentenceHeard
from callcenter.domain.ports import CarriesOut
from callcenter.domain.speech import takes_turns, tap_of
from callcenter.speech.ears.news import BotSpeaks, KeyPressed, Order, VoiceActed
from callcenter.speech.turns import ActKind

log = structlog.get_logger(__name__)

SAID, KEYS = ".said", ".keys"
"""What the requests of our own prompts and keys end with; a flow's own never do."""
KEY_WAIT_MS = 600_000
SECRET_WAIT_MS = 15_000
LONGEST_SECRET = 24


@dataclass(slots=True)
class _Caller:
    """One caller who speaks with a flow."""

    contact: str
    leg: str
    tap: str = ""
    asked: Listen | None = None
    """What the flow waits for."""
    playing: str = ""
    """The request of what is being said to them."""
    hushed: str = ""
    """The request of what was being said when they seemed to interrupt."""
    prompts: tuple[Prompt, ...] = ()
    sentences: list[str] = field(default_factory=list)
    """What they said; the number of a sentence counts from 1."""
    waiting: list[int] = field(default_factory=list)
    """Sentences that were said before the flow waited for one."""
    order: asyncio.Lock = field(default_factory=asyncio.Lock)


class VoiceLegs:
    """Fills ``CarriesOut``: carries out ``Listen`` on telephones, and hands everything else on to ``pbx``.

    ``order`` tells the ears, ``say`` notes what our machine says, ``post`` takes events for the core.
    """

    def __init__(
        self,
        pbx: CarriesOut,
        order: Callable[[Order], None],
        say: Callable[[str, str], None],
        post: Callable[[Event], None],
    ) -> None:
        self._pbx, self._order, self._say, self._post = pbx, order, say, post
        self._callers: dict[str, _Caller] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def execute(self, command: TelephonyCommand) -> None:
        """Carry out one command. Raises what the PBX raises."""
        caller = self._callers.get(command.contact)
        match command:
            case Listen():
                await self._listen(command)
                return
            case Play(request=request, prompts=prompts) if caller is not None and caller.tap:
                await self._speak(caller, request, prompts)
                return
            case TapMedia(tap=tap) if caller is not None and takes_turns(tap):
                caller.tap = tap
                if caller.playing:
                    self._order(BotSpeaks(tap, on=True))
            case StopTap(tap=tap) if caller is not None and caller.tap == tap:
                caller.tap = ""
            case _:
                pass
        await self._pbx.execute(command)

    def take(self, event: Event) -> None:
        """Take an event of the PBX: ours are answered here, all others go to the core."""
        match event:
            case PlaybackEnded() if self._said(event):
                return
            case DigitsGathered() if event.request.endswith(KEYS):
                self._keyed(event)
                return
            case LegEnded(leg=leg):
                for caller in [one for one in self._callers.values() if one.leg == leg]:
                    del self._callers[caller.contact]
            case _:
                pass
        self._post(event)

    def acted(self, news: VoiceActed) -> None:
        """Do what the caller's turn asks for."""
        found = tap_of(news.tap)
        caller = self._callers.get(found[1]) if found is not None else None
        if caller is None or caller.tap != news.tap:
            return
        match news.act.kind:
            case ActKind.HUSH:
                self._hush(caller)
            case ActKind.FORGET:
                self._forget(caller)
            case ActKind.RESUME:
                request, caller.hushed = caller.hushed, ""
                if request:
                    self._spawn(self._speak(caller, request, caller.prompts, again=True))
            case ActKind.TURN:
                self._turn(caller, news.act.text)
            case ActKind.ASK if caller.asked is not None and not caller.playing:
                request = caller.asked.request + SAID
                self._spawn(self._speak(caller, request, caller.asked.prompts or caller.prompts))
            case ActKind.GIVE_UP if caller.asked is not None:
                self._answer(caller, silent=True)
            case _:
                pass

    def sentence(self, contact: str, number: int) -> str | None:
        """What a caller said; None for a contact that does not speak with a flow."""
        caller = self._callers.get(contact)
        if caller is None:
            return None
        return caller.sentences[number - 1] if 0 < number <= len(caller.sentences) else ""

    def ears_gone(self) -> None:
        """Nobody is heard: flows must not wait for a sentence."""
        for caller in self._callers.values():
            if caller.asked is not None and not caller.asked.secret:
                self._answer(caller, ok=False)

    async def close(self) -> None:
        """Let go."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- asking

    async def _listen(self, command: Listen) -> None:
        caller = self._callers.setdefault(command.contact, _Caller(command.contact, command.leg))
        if caller.asked is not None and caller.asked.request == command.request:
            return
        caller.asked = command
        if command.secret:
            self._say(caller.contact, _text(command.prompts))
            await self._pbx.execute(_secret(command))
            return
        if caller.waiting and not command.fresh:
            self._answer(caller, number=caller.waiting.pop(0))
            return
        caller.waiting.clear()
        if command.choices:
            await self._pbx.execute(_one_key(command))
        await self._speak(caller, command.request + SAID, command.prompts)

    async def _speak(self, caller: _Caller, request: str, prompts: tuple[Prompt, ...], *, again: bool = False) -> None:
        if not prompts:
            return
        async with caller.order:
            caller.playing, caller.hushed, caller.prompts = request, "", prompts
            if caller.tap:
                self._order(BotSpeaks(caller.tap, on=True))
            if not again:
                self._say(caller.contact, _text(prompts))
            await self._pbx.execute(Play(contact=caller.contact, leg=caller.leg, request=request, prompts=prompts))

    # --- what comes back

    def _said(self, event: PlaybackEnded) -> bool:
        """Something was said to its end; whether it was ours, so that no flow waits for that."""
        for caller in self._callers.values():
            if caller.leg == event.leg and caller.playing == event.request:
                caller.playing = ""
                if caller.tap:
                    self._order(BotSpeaks(caller.tap, on=False))
                if not event.ok and caller.asked is not None and event.request.endswith(SAID):
                    self._answer(caller, ok=False)
        return event.request.endswith(SAID)

    def _keyed(self, event: DigitsGathered) -> None:
        caller = next((one for one in self._callers.values() if one.leg == event.leg), None)
        asked = caller.asked if caller is not None else None
        if caller is None or asked is None or asked.request + KEYS != event.request:
            return
        if asked.secret:
            self._answer(caller, secret=event.secret, silent=not event.secret)
            return
        place = int(event.digits) - 1 if event.digits.isdecimal() else -1
        if not 0 <= place < len(asked.choices):
            self._spawn(self._pbx.execute(_one_key(asked)))
            return
        if caller.tap:
            self._order(KeyPressed(caller.tap))
        self._hush(caller)
        caller.hushed = ""
        self._answer(caller, chosen=asked.choices[place].id)

    def _turn(self, caller: _Caller, text: str) -> None:
        caller.sentences.append(text)
        number = len(caller.sentences)
        if caller.asked is not None and not caller.asked.secret:
            self._answer(caller, number=number)
        else:
            caller.waiting.append(number)

    def _answer(self, caller: _Caller, **what: Any) -> None:
        asked, caller.asked = caller.asked, None
        if asked is None:
            return
        if asked.choices and not asked.secret:
            stop = StopGather(contact=caller.contact, leg=caller.leg, request=asked.request + KEYS)
            self._spawn(self._pbx.execute(stop))
        self._post(SentenceHeard(leg=caller.leg, request=asked.request, **what))

    # --- interruptions

    def _hush(self, caller: _Caller) -> None:
        request, caller.playing = caller.playing, ""
        if request:
            caller.hushed = request
            self._spawn(self._stop(caller, request))

    async def _stop(self, caller: _Caller, request: str) -> None:
        async with caller.order:
            await self._pbx.execute(StopPlay(contact=caller.contact, leg=caller.leg, request=request))

    def _forget(self, caller: _Caller) -> None:
        """It was an interruption: what was not heard is dropped, and a flow that only spoke goes on."""
        request, caller.hushed = caller.hushed, ""
        if request and not request.endswith(SAID):
            self._post(PlaybackEnded(leg=caller.leg, request=request))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except ProviderError as error:
        log.warning("caller_not_served", why=str(error))


def _secret(command: Listen) -> Gather:
    """A secret is keyed in, never spoken."""
    return Gather(
        contact=command.contact,
        leg=command.leg,
        request=command.request + KEYS,
        prompts=command.prompts,
        max_digits=LONGEST_SECRET,
        terminator="#",
        first_timeout_ms=SECRET_WAIT_MS,
        secret=True,
    )


def _one_key(command: Listen) -> Gather:
    """A key instead of a sentence: it stands for one of the choices."""
    return Gather(
        contact=command.contact,
        leg=command.leg,
        request=command.request + KEYS,
        max_digits=1,
        first_timeout_ms=KEY_WAIT_MS,
    )


def _text(prompts: tuple[Prompt, ...]) -> str:
    return " ".join(prompt.text for prompt in prompts if prompt.text)
