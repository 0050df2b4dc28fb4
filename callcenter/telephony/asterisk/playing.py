"""Prompts and keys."""

from __future__ import annotations

import asyncio

from callcenter.domain.effects import Gather, Play, StopGather, StopPlay
from callcenter.domain.errors import ProviderError
from callcenter.domain.events import DigitsGathered, PlaybackEnded
from callcenter.domain.ports import PromptAudio, SecretVault
from callcenter.telephony.asterisk.ari._generated.events import ChannelDtmfReceived, PlaybackFinished
from callcenter.telephony.asterisk.ari._generated.operations import channels, playbacks
from callcenter.telephony.asterisk.legs import Leg
from callcenter.telephony.asterisk.names import joined, split, to_pbx
from callcenter.telephony.asterisk.pbx import Pbx, log
from callcenter.telephony.digits import Collected

_PLAY, _GATHER = "play", "gather"


class Playing:
    """Plays prompts and collects keys. A playback is named after its purpose, leg and request."""

    def __init__(self, pbx: Pbx, prompts: PromptAudio, vault: SecretVault) -> None:
        self._pbx = pbx
        self._prompts = prompts
        self._vault = vault

    async def play(self, command: Play) -> None:
        """Play to the end."""
        if not await self._begin(_PLAY, command):
            self._pbx.emit(PlaybackEnded(leg=command.leg, request=command.request, ok=False))

    async def stop_play(self, command: StopPlay) -> None:
        """Stop."""
        await self._stop(joined(_PLAY, command.leg, command.request), self._pbx.legs.get(to_pbx(command.leg)))

    async def gather(self, command: Gather) -> None:
        """Collect keys, with prompts unless they were typed ahead."""
        leg = self._pbx.legs.get(to_pbx(command.leg))
        if leg is None:
            return
        again = leg.collector.gather is not None and leg.collector.gather.request == command.request
        if again:
            return
        self._settle(leg, leg.collector.begin(command, _now_ms()))
        if leg.collector.gather is not command or not leg.collector.wants_prompt:
            return
        if not command.prompts:
            self._prompts_over(leg)
        elif not await self._begin(_GATHER, command):
            self._settle(leg, leg.collector.fail())

    async def stop_gather(self, command: StopGather) -> None:
        """Forget it and be silent."""
        leg = self._pbx.legs.get(to_pbx(command.leg))
        if leg is not None and leg.collector.forget(command.request):
            self._arm(leg)
        await self._stop(joined(_GATHER, command.leg, command.request), leg)

    async def silence(self, leg: Leg) -> None:
        """Stop whatever plays to a leg."""
        for playback in tuple(leg.playing):
            await self._stop(playback, leg)

    def key(self, event: ChannelDtmfReceived) -> None:
        """A key was pressed; the first silences the prompts."""
        leg = self._pbx.legs.get(event.channel.id) if event.channel else None
        if leg is None or not event.digit:
            return
        gather, first = leg.collector.gather, leg.collector.wants_prompt
        self._settle(leg, leg.collector.feed(event.digit, _now_ms()))
        if gather is not None and first:
            name = joined(_GATHER, leg.id, gather.request)
            if name in leg.playing:
                self._pbx.spawn(self._stop(name, leg))

    def finished(self, event: PlaybackFinished) -> None:
        """A playback came to its end, or was stopped."""
        if event.playback is None:
            return
        kind, *rest = split(event.playback.id or "")
        if len(rest) != 2 or kind not in (_PLAY, _GATHER):
            return
        leg = self._pbx.legs.get(to_pbx(rest[0]))
        if leg is None or event.playback.id not in leg.playing:
            return
        leg.playing.discard(event.playback.id or "")
        self._over(leg, kind, rest[1], ok=event.playback.state != "failed")

    def missed(self, leg: Leg) -> None:
        """The events of a time without connection are lost: what played then is over."""
        for name in tuple(leg.playing):
            leg.playing.discard(name)
            kind, _, request = split(name)
            self._over(leg, kind, request, ok=True)

    def _over(self, leg: Leg, kind: str, request: str, *, ok: bool) -> None:
        if kind == _PLAY:
            self._pbx.emit(PlaybackEnded(leg=leg.id, request=request, ok=ok))
        elif leg.collector.gather is not None and leg.collector.gather.request == request:
            if ok or not leg.collector.wants_prompt:
                self._prompts_over(leg)
            else:
                self._settle(leg, leg.collector.fail())

    async def _begin(self, kind: str, command: Play | Gather) -> bool:
        try:
            files = await asyncio.gather(*map(self._prompts.file_of, command.prompts))
        except ProviderError as error:
            log.warning("prompt_not_available", request=command.request, problem=str(error))
            return False
        name = joined(kind, command.leg, command.request)
        leg = self._pbx.legs.get(to_pbx(command.leg))
        if leg is None or not files:
            return leg is None
        if kind == _GATHER and (leg.collector.gather is not command or not leg.collector.wants_prompt):
            return True
        leg.playing.add(name)
        media = [f"sound:{file.with_suffix('')}" for file in files]
        answer = await self._pbx.client.ask(channels.play_with_id(leg.channel, name, media=media))
        if answer.done or answer.status == 409:
            return True
        leg.playing.discard(name)
        return self._pbx.legs.get(leg.channel) is None or answer.status == 404

    async def _stop(self, name: str, leg: Leg | None) -> None:
        if leg is not None:
            leg.playing.discard(name)
        await self._pbx.client.ask(playbacks.stop(name))

    def _prompts_over(self, leg: Leg) -> None:
        leg.collector.prompts_over(_now_ms())
        self._arm(leg)

    def _arm(self, leg: Leg) -> None:
        if leg.timer is not None:
            leg.timer.cancel()
            leg.timer = None
        deadline = leg.collector.deadline_ms
        if deadline is not None:
            leg.timer = asyncio.get_running_loop().call_at(deadline / 1000, self._expire, leg)

    def _expire(self, leg: Leg) -> None:
        if self._pbx.legs.get(leg.channel) is leg:
            self._settle(leg, leg.collector.expire(_now_ms()))

    def _settle(self, leg: Leg, collected: Collected | None) -> None:
        self._arm(leg)
        if collected is None:
            return
        gather = collected.gather
        digits, secret = collected.digits, ""
        if gather.secret:
            digits, secret = "", self._vault.put(gather.contact, digits) if digits else ""
        self._pbx.emit(
            DigitsGathered(leg=leg.id, request=gather.request, outcome=collected.outcome, digits=digits, secret=secret)
        )


def _now_ms() -> int:
    # Rounded up, so that a timer set for a deadline finds it reached.
    return int(asyncio.get_running_loop().time() * 1000) + 1
