"""Prompts and keys."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from callcenter.domain.contact import Prompt
from callcenter.domain.effects import Gather, Play, StopGather, StopPlay
from callcenter.domain.errors import ProviderError
from callcenter.domain.events import DigitsGathered, PlaybackEnded
from callcenter.domain.ports import PromptAudio, SecretVault
from callcenter.telephony.digits import Collected
from callcenter.telephony.twilio.documents import endless
from callcenter.telephony.twilio.exchange import Exchange, log
from callcenter.telephony.twilio.legs import Leg, Playing
from callcenter.telephony.twilio.sounds import Sounds

_MOMENT_MS = 100


class Prompts:
    """Plays and gathers. Twilio counts the keys of a gather, our collector decides what they are."""

    def __init__(self, exchange: Exchange, prompts: PromptAudio, vault: SecretVault, sounds: Sounds) -> None:
        self._x = exchange
        self._prompts = prompts
        self._vault = vault
        self._sounds = sounds

    # --- commands

    async def play(self, command: Play) -> None:
        """Play prompts; what played before is silenced."""
        leg = self._x.legs.get(command.leg)
        if leg is None or (leg.play is not None and leg.play.request == command.request):
            return
        sounds = await self._addresses(command.prompts)
        if sounds is None:
            self._x.emit(PlaybackEnded(leg=leg.id, request=command.request, ok=False))
            return
        leg.play = playing = Playing(command.request, sounds)
        leg.gather = None
        try:
            await self._x.changed(leg)
        except ProviderError:
            # The core hears that it failed and goes on; so it is not to sound later.
            leg.play = None if leg.play is playing else leg.play
            raise

    async def stop_play(self, command: StopPlay) -> None:
        """Silence."""
        leg = self._x.legs.get(command.leg)
        if leg is not None and leg.play is not None and leg.play.request == command.request:
            leg.play = None
            await self._x.changed(leg)

    async def gather(self, command: Gather) -> None:
        """Ask for keys."""
        leg = self._x.legs.get(command.leg)
        if leg is None:
            return
        current = leg.collector.gather
        if current is not None and current.request == command.request:
            return
        sounds = await self._addresses(command.prompts)
        ended = leg.collector.begin(command, self._x.clock.now_ms())
        if ended is None and sounds is None:
            ended = leg.collector.fail()
        leg.gather = Playing(command.request, sounds) if sounds and ended is None else None
        if leg.gather is not None:
            leg.play = None
        self._settle(leg, ended)
        self._wait_for_first(leg, command)
        try:
            await self._x.changed(leg)
        except ProviderError:
            if ended is None and leg.collector.forget(command.request):
                leg.gather = None
                self._stop_clock(leg)
            raise

    async def stop_gather(self, command: StopGather) -> None:
        """Ask no more."""
        leg = self._x.legs.get(command.leg)
        if leg is not None and leg.collector.forget(command.request):
            leg.gather = None
            self._stop_clock(leg)
            await self._x.changed(leg)

    def silence(self, leg: Leg) -> None:
        """The leg talks to somebody now: no prompt, no keys."""
        leg.play = leg.gather = None
        leg.collector.clear_ahead()
        if leg.collector.gather is not None:
            leg.collector.forget(leg.collector.gather.request)
        self._stop_clock(leg)

    # --- what Twilio asks

    async def happened(self, leg: Leg, what: str, form: Mapping[str, str]) -> str:
        """Keys came, or prompts are over; what is to be done now."""
        before = leg.revision
        if what == "played" and leg.play is not None:
            self._over(leg)
        elif what == "keys":
            self._keys(leg, form)
        elif what == "key":
            self._key(leg, form.get("Digits", ""))
        if leg.revision == before:
            self._x.legs.new_revision(leg)
        await self._x.answer(leg, _MOMENT_MS)
        return self._x.document(leg)

    # --- inside

    def _over(self, leg: Leg) -> None:
        play, leg.play = leg.play, None
        if play is not None:
            self._x.emit(PlaybackEnded(leg=leg.id, request=play.request))
        gather = leg.collector.gather
        if gather is not None:
            self._wait_for_first(leg, gather)

    def _keys(self, leg: Leg, form: Mapping[str, str]) -> None:
        """A whole gather of Twilio's: it ended by its length, by the last key, or by time."""
        under = leg.gather is None and leg.play is not None
        if under:
            self._over(leg)
        leg.gather = None
        gather, collector, now_ms = leg.collector.gather, leg.collector, self._x.clock.now_ms()
        if gather is None:
            return
        ended: Collected | None = None
        for key in form.get("Digits", "") + form.get("FinishedOnKey", ""):
            ended = ended or collector.feed(key, now_ms)
        if ended is None:
            collector.prompts_over(now_ms)
            ended = collector.expire(collector.deadline_ms or now_ms)
        self._settle(leg, ended)

    def _key(self, leg: Leg, keys: str) -> None:
        """One key, pressed beneath music or ahead of a question."""
        now_ms = self._x.clock.now_ms()
        for key in keys:
            ended = leg.collector.feed(key, now_ms)
            self._settle(leg, ended)
        if keys and leg.collector.gather is not None:
            self._set_clock(leg)

    def _settle(self, leg: Leg, collected: Collected | None) -> None:
        if collected is None:
            return
        self._stop_clock(leg)
        gather, digits, secret = collected.gather, collected.digits, ""
        if gather.secret:
            digits, secret = "", self._vault.put(gather.contact, digits) if digits else ""
        self._x.emit(
            DigitsGathered(leg=leg.id, request=gather.request, outcome=collected.outcome, digits=digits, secret=secret)
        )

    def _wait_for_first(self, leg: Leg, gather: Gather) -> None:
        """Beneath what never ends Twilio cannot count the time, so we do."""
        if leg.collector.gather is gather and leg.gather is None and leg.play is None and endless(leg, self._x.to):
            leg.collector.prompts_over(self._x.clock.now_ms())
            self._set_clock(leg)

    def _set_clock(self, leg: Leg) -> None:
        self._stop_clock(leg)
        if leg.collector.deadline_ms is not None:
            leg.deadline = self._x.spawn(self._expire(leg, leg.collector.deadline_ms))

    def _stop_clock(self, leg: Leg) -> None:
        deadline, leg.deadline = leg.deadline, None
        if deadline is not None and deadline is not asyncio.current_task():
            deadline.cancel()

    async def _expire(self, leg: Leg, at_ms: int) -> None:
        await self._x.clock.sleep_until(at_ms)
        if self._x.legs.get(leg.id) is leg:
            self._settle(leg, leg.collector.expire(self._x.clock.now_ms()))
            await self._x.changed(leg)

    async def _addresses(self, prompts: tuple[Prompt, ...]) -> tuple[str, ...] | None:
        try:
            files = [await self._prompts.file_of(prompt) for prompt in prompts]
            return tuple(self._sounds.address(file) for file in files)
        except (ProviderError, OSError) as error:
            log.warning("twilio_prompt_missing", why=str(error))
            return None
