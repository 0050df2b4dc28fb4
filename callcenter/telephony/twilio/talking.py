"""Conferences, music, and supervisors. Whoever is taken out of a conference is given another document."""

from __future__ import annotations

from callcenter.domain.effects import (
    Connect,
    EndBridge,
    Separate,
    StartMusic,
    StartRingback,
    StopMusic,
    StopRingback,
    Supervise,
)
from callcenter.telephony.twilio.exchange import Exchange
from callcenter.telephony.twilio.legs import Leg
from callcenter.telephony.twilio.playing import Prompts


class Talking:
    """Who hears whom."""

    def __init__(self, exchange: Exchange, prompts: Prompts) -> None:
        self._x = exchange
        self._prompts = prompts

    async def connect(self, command: Connect) -> None:
        """Put legs into the conference of this name, which is there as long as somebody is in it."""
        for leg in self._living(command.legs):
            if leg.bridge == command.bridge and leg.supervises is None:
                continue
            self._prompts.silence(leg)
            leg.bridge, leg.supervises, leg.music, leg.ringback = command.bridge, None, False, False
            await self._x.changed(leg)

    async def separate(self, command: Separate) -> None:
        """Take legs out."""
        for leg in self._living(command.legs):
            await self._take_out(leg, command.bridge)

    async def end_bridge(self, command: EndBridge) -> None:
        """Take out whoever is still in it."""
        for leg in self._x.legs:
            if leg.bridge == command.bridge:
                await self._take_out(leg, command.bridge)

    async def start_music(self, command: StartMusic) -> None:
        """Music until it is ended."""
        for leg in self._living((command.leg,)):
            if not leg.music:
                leg.music = True
                await self._x.changed(leg)

    async def stop_music(self, command: StopMusic) -> None:
        """No more music."""
        for leg in self._living((command.leg,)):
            if leg.music:
                leg.music = False
                await self._x.changed(leg)

    async def start_ringback(self, command: StartRingback) -> None:
        """The ringing of another telephone."""
        for leg in self._living((command.leg,)):
            if not leg.ringback:
                leg.ringback = True
                await self._x.changed(leg)

    async def stop_ringback(self, command: StopRingback) -> None:
        """No more ringing."""
        for leg in self._living((command.leg,)):
            if leg.ringback:
                leg.ringback = False
                await self._x.changed(leg)

    async def supervise(self, command: Supervise) -> None:
        """Join muted, heard by the agent alone (Twilio's coach), or as one of the party."""
        wanted = (command.mode, command.target)
        if self._x.legs.get(command.target) is None:
            return
        for leg in self._living((command.leg,)):
            if (leg.bridge, leg.supervises) != (command.bridge, wanted):
                self._prompts.silence(leg)
                leg.bridge, leg.supervises, leg.music, leg.ringback = command.bridge, wanted, False, False
                await self._x.changed(leg)

    async def _take_out(self, leg: Leg, bridge: str) -> None:
        if leg.bridge in (bridge, None):
            leg.bridge, leg.supervises = "", None
            await self._x.changed(leg)

    def _living(self, legs: tuple[str, ...]) -> list[Leg]:
        return [leg for leg in map(self._x.legs.get, legs) if leg is not None]
