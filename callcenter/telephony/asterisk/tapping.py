"""Media taps: what a leg says, streamed to our process over Asterisk's WebSocket channel."""

from __future__ import annotations

import structlog

from callcenter.domain.effects import StopTap, TapMedia
from callcenter.telephony.asterisk.ari._generated.operations import bridges, channels
from callcenter.telephony.asterisk.names import helper, to_pbx
from callcenter.telephony.asterisk.pbx import Pbx

log = structlog.get_logger(__name__)

_THERE_ALREADY = 409
_NOBODY_THERE = (500,)
"""Asterisk's answer when it can not reach the receiver."""


class Tapping:
    """A tap is a WebSocket channel in a bridge with the leg (duplex) or with a snoop on what the leg says."""

    def __init__(self, pbx: Pbx) -> None:
        self._pbx = pbx

    async def tap(self, command: TapMedia) -> None:
        """Begin; the receiver sees ``MEDIA_START`` with the tap's channel id ``cc~~tap~~<tap>``.

        What can not be begun leaves nothing behind: the leg may have gone meanwhile, or the receiver.
        """
        if not await self._begin(command):
            log.warning("tap_not_begun", tap=command.tap)
            await self.stop(StopTap(contact=command.contact, tap=command.tap))

    async def _begin(self, command: TapMedia) -> bool:
        media, bridge = helper("tap", command.tap), helper("tapb", command.tap)
        self._pbx.expect_helper(media)
        settings, ask = self._pbx.settings, self._pbx.client.ask
        made = await ask(
            channels.external_media(
                channel_id=media,
                app=settings.app,
                external_host=settings.tap_client,
                transport="websocket",
                encapsulation="none",
                connection_type="client",
                format=settings.tap_format,
            ),
            ordinary=_NOBODY_THERE,
        )
        if not made.done:
            self._pbx.forget_helper(media)
            return made.status == _THERE_ALREADY
        if not await self._pbx.helper_up(media):
            return False
        source = to_pbx(command.leg)
        if not command.duplex:
            source = helper("tapsnoop", command.tap)
            if not await self._pbx.snoop(to_pbx(command.leg), source, spy="in"):
                return False
        await ask(bridges.create_with_id(bridge, type_="mixing", name=bridge))
        return (await ask(bridges.add_channel(bridge, channel=[source, media]))).done

    async def stop(self, command: StopTap) -> None:
        """End; whatever of it is gone already is fine."""
        for kind in ("tap", "tapsnoop"):
            await self._pbx.drop_channel(helper(kind, command.tap))
        await self._pbx.client.ask(bridges.destroy(helper("tapb", command.tap)))
