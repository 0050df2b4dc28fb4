"""After each connection: which calls live in the PBX, which of them nobody has taken, what is left over."""

from __future__ import annotations

from callcenter.domain.events import TelephonyRestored
from callcenter.telephony.asterisk.ari._generated.models import Channel
from callcenter.telephony.asterisk.ari._generated.operations import bridges, channels
from callcenter.telephony.asterisk.dialling import ARRIVING, CONTACT_VARIABLE, LISTENED, ORIGINATED, Dialling
from callcenter.telephony.asterisk.legs import Leg
from callcenter.telephony.asterisk.names import from_pbx, is_helper
from callcenter.telephony.asterisk.pbx import Pbx, log
from callcenter.telephony.asterisk.playing import Playing
from callcenter.telephony.asterisk.recorder import Recorder


class Restoring:
    """Compares what we know with what Asterisk has."""

    def __init__(self, pbx: Pbx, dialling: Dialling, playing: Playing, recorder: Recorder) -> None:
        self._pbx = pbx
        self._dialling = dialling
        self._playing = playing
        self._recorder = recorder

    async def reconcile(self) -> None:
        """Tell the core which legs live, then of calls that arrived while nobody listened."""
        living = [c for c in await self._pbx.client.get(channels.list_()) if not is_helper(c.id)]
        ours = {c.id: c for c in living if self._role(c) is not None or await self._rings_for_us(c)}
        arrived = [c for c in ours.values() if self._role(c) in ARRIVING and not await self._contact_of(c)]
        unclaimed = {c.id for c in arrived if self._pbx.legs.get(c.id) is None}
        for leg in self._pbx.legs:
            if leg.channel not in ours:
                self._pbx.legs.bury(leg.channel)
        for channel in ours.values():
            if channel.id not in unclaimed:
                self._adopt(channel)
        await self._clear_bridges()
        legs = tuple(leg for leg in self._pbx.legs if leg.channel in ours)
        # A call that nobody has answered yet may be known to the core all the same: we died before its answer.
        living_ids = (*(leg.id for leg in legs), *(from_pbx(channel) for channel in unclaimed))
        self._pbx.emit(TelephonyRestored(legs=living_ids, answered=tuple(leg.id for leg in legs if leg.answered)))
        for leg in legs:
            self._playing.missed(leg)
        await self._recorder.reconcile()
        for channel in arrived:
            if channel.id in unclaimed:
                self._dialling.arrived(channel, self._arguments(channel))

    def _adopt(self, channel: Channel) -> None:
        leg = self._pbx.legs.get(channel.id)
        originated = self._role(channel) not in ARRIVING
        if leg is None:
            leg = self._pbx.legs.add(Leg(from_pbx(channel.id), channel.id, originated=originated))
        if self._is_listened_to(channel) and self._role(channel) != LISTENED:
            leg.detects = leg.listening = True
            self._pbx.spawn(self._dialling.watch(channel.id))
        leg.answered = channel.state == "Up" and not leg.listening
        if leg.answered and originated and leg.timer is not None:
            leg.timer.cancel()

    async def _clear_bridges(self) -> None:
        for bridge in await self._pbx.client.get(bridges.list_()):
            if is_helper(bridge.id) and not bridge.channels:
                log.info("empty_helper_bridge_removed")
                await self._pbx.client.ask(bridges.destroy(bridge.id))

    async def _contact_of(self, channel: Channel) -> str:
        if channel.channelvars and channel.channelvars.get(CONTACT_VARIABLE):
            return str(channel.channelvars[CONTACT_VARIABLE])
        answer = await self._pbx.client.ask(channels.get_channel_var(channel.id, variable=CONTACT_VARIABLE))
        return (answer.value.value or "") if answer.value else ""

    async def _rings_for_us(self, channel: Channel) -> bool:
        """A telephone that an earlier process of ours dialled: not in our application before it is answered."""
        return (channel.state != "Up" or self._is_listened_to(channel)) and bool(await self._contact_of(channel))

    def _is_listened_to(self, channel: Channel) -> bool:
        """Whether the dialplan finds out if a machine answered; it comes back to us."""
        return channel.dialplan is not None and channel.dialplan.context == LISTENED

    def _role(self, channel: Channel) -> str | None:
        arguments = self._arguments(channel)
        if arguments:
            return arguments[0]
        # A dialled channel is in no dialplan before it is answered; only we give channels such ids.
        leg = self._pbx.legs.get(channel.id)
        return ORIGINATED if leg is not None and leg.originated else None

    def _arguments(self, channel: Channel) -> list[str]:
        place = channel.dialplan
        if place is None or place.app_name != "Stasis":
            return []
        app, *arguments = (place.app_data or "").split(",")
        return arguments if app == self._pbx.settings.app else []
