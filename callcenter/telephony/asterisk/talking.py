"""Bridges, music, and supervisors."""

from __future__ import annotations

import asyncio

import structlog

from callcenter.domain.effects import (
    Connect,
    EndBridge,
    Separate,
    StartMusic,
    StartRingback,
    StopMusic,
    StopRingback,
    Supervise,
    SuperviseMode,
)
from callcenter.telephony.asterisk.ari._generated.operations import bridges, channels
from callcenter.telephony.asterisk.legs import Leg
from callcenter.telephony.asterisk.names import helper, to_pbx
from callcenter.telephony.asterisk.pbx import Pbx
from callcenter.telephony.asterisk.playing import Playing

log = structlog.get_logger(__name__)

_DIRECT = "mixing"
_MIXED = "mixing,video_sfu"
"""Two parties are mixed as well: Asterisk leaves a bridge of this type in its mixer for good."""

_STILL_THERE = 409
_REMAKE_TRIES, _REMAKE_PAUSE_S = 100, 0.01


class Talking:
    """Who hears whom."""

    def __init__(self, pbx: Pbx, playing: Playing) -> None:
        self._pbx = pbx
        self._playing = playing
        self._supervisors: dict[str, SuperviseMode] = {}

    async def connect(self, command: Connect) -> None:
        """Make the bridge and put the legs in, all at once; if one is gone, the others all the same."""
        ask = self._pbx.client.ask
        bridge, legs = to_pbx(command.bridge), [to_pbx(leg) for leg in command.legs]
        known = [leg for leg in map(self._pbx.legs.get, legs) if leg is not None]
        # Who has talked to somebody and now talks to somebody else is mixed from then on.
        another = any(leg.met and not leg.met.issuperset(legs) for leg in known)
        prepare = self._remix(bridge, legs) if another else self._make(bridge, legs)
        _, legs = await asyncio.gather(asyncio.gather(*map(self._silence, legs)), prepare)
        added = await ask(bridges.add_channel(bridge, channel=legs))
        if not added.done and len(legs) > 1:
            for channel in legs:
                await ask(bridges.add_channel(bridge, channel=channel))
        for met in known:
            met.met.update(legs if len(legs) > 1 else ())

    async def separate(self, command: Separate) -> None:
        """Take legs out one by one: one that is gone must not keep the others in."""
        bridge = to_pbx(command.bridge)
        for leg in command.legs:
            await self._pbx.client.ask(bridges.remove_channel(bridge, channel=to_pbx(leg)))

    async def end_bridge(self, command: EndBridge) -> None:
        """Remove a bridge."""
        await self._pbx.client.ask(bridges.destroy(to_pbx(command.bridge)))

    async def start_music(self, command: StartMusic) -> None:
        """Music for one leg."""
        channel = to_pbx(command.leg)
        leg = self._pbx.legs.get(channel)
        if leg is not None:
            leg.music = True
        await self._pbx.client.ask(channels.start_moh(channel, moh_class=command.music))

    async def stop_music(self, command: StopMusic) -> None:
        """No more music."""
        channel = to_pbx(command.leg)
        leg = self._pbx.legs.get(channel)
        if leg is not None:
            leg.music = False
        await self._pbx.client.ask(channels.stop_moh(channel))

    async def start_ringback(self, command: StartRingback) -> None:
        """The ringing tone of the country, made by Asterisk, for a leg that has been answered."""
        channel = to_pbx(command.leg)
        leg = self._pbx.legs.get(channel)
        if leg is not None:
            leg.ringback = True
        await self._pbx.client.ask(channels.ring(channel))

    async def stop_ringback(self, command: StopRingback) -> None:
        """No more ringing."""
        channel = to_pbx(command.leg)
        leg = self._pbx.legs.get(channel)
        if leg is not None:
            leg.ringback = False
        await self._pbx.client.ask(channels.ring_stop(channel))

    async def supervise(self, command: Supervise) -> None:
        """Listen and whisper through a snoop on the agent's leg; barge in by joining the bridge."""
        if self._supervisors.get(command.leg) is command.mode:
            return
        self._supervisors[command.leg] = command.mode
        supervisor, own_bridge = to_pbx(command.leg), helper("sup", command.leg)
        # Asked of Asterisk rather than of memory: an earlier process of ours may have made the snoop.
        for former in {SuperviseMode.LISTEN, SuperviseMode.WHISPER} - {command.mode}:
            await self._pbx.drop_channel(_snoop_of(command.leg, former))
        if command.mode is SuperviseMode.BARGE:
            await self._pbx.client.ask(bridges.add_channel(to_pbx(command.bridge), channel=supervisor))
            await self._pbx.client.ask(bridges.destroy(own_bridge))
            return
        await self._pbx.client.ask(bridges.create_with_id(own_bridge, type_="mixing", name=own_bridge))
        await self._spy(command, supervisor, own_bridge)

    def leg_ended(self, leg: Leg) -> None:
        """A supervisor's leg takes its snoop and bridge along."""
        mode = self._supervisors.pop(leg.id, None)
        if mode is not None:
            self._pbx.spawn(self._clear(leg.id, mode))

    async def _make(self, bridge: str, legs: list[str]) -> list[str]:
        await self._pbx.client.ask(bridges.create_with_id(bridge, type_=_DIRECT, name=bridge))
        return legs

    async def _remix(self, bridge: str, legs: list[str]) -> list[str]:
        """Make the bridge anew as a mixed one; returns who is to be in it.

        Debian's Asterisk carries a patch for Opus after which a translator drops what has an older RTP sequence
        number than the frame before. Recordings of what a party hears pass such a translator, which outlives a
        transfer, so the next agent could be missing for minutes. A mixer's frames bear no sequence numbers.
        """
        ask = self._pbx.client.ask
        former = await ask(bridges.get(bridge))
        inside = (former.value.channels or []) if former.value is not None else []
        await ask(bridges.destroy(bridge))
        await self._make_again(bridge)
        return [*legs, *(channel for channel in inside if channel not in legs)]

    async def _make_again(self, bridge: str) -> None:
        """Asterisk says 204 to the end of a bridge before its id is free again: until then it answers 409."""
        for _ in range(_REMAKE_TRIES):
            made = await self._pbx.client.ask(bridges.create_with_id(bridge, type_=_MIXED, name=bridge))
            if made.done or made.status != _STILL_THERE:
                return
            await asyncio.sleep(_REMAKE_PAUSE_S)
        log.error("bridge_not_made_again", bridge=bridge)

    async def _spy(self, command: Supervise, supervisor: str, own_bridge: str) -> None:
        snoop = _snoop_of(command.leg, command.mode)
        whisper = "out" if command.mode is SuperviseMode.WHISPER else "none"
        if await self._pbx.snoop(to_pbx(command.target), snoop, spy="both", whisper=whisper):
            await self._pbx.client.ask(bridges.add_channel(own_bridge, channel=[snoop, supervisor]))

    async def _clear(self, leg: str, mode: SuperviseMode) -> None:
        await self._pbx.drop_channel(_snoop_of(leg, mode))
        await self._pbx.client.ask(bridges.destroy(helper("sup", leg)))

    async def _silence(self, channel: str) -> None:
        leg = self._pbx.legs.get(channel)
        if leg is None:
            return
        leg.collector.clear_ahead()
        await self._playing.silence(leg)
        if leg.music:
            leg.music = False
            await self._pbx.client.ask(channels.stop_moh(channel))
        if leg.ringback:
            leg.ringback = False
            await self._pbx.client.ask(channels.ring_stop(channel))


def _snoop_of(leg: str, mode: SuperviseMode) -> str:
    return helper("spy", leg, mode)
