"""The ears of a running centre: their process, what they hear, and what the core is told of them."""

from __future__ import annotations

from collections.abc import Callable

from callcenter.app.ears.keeper import EarsKeeper
from callcenter.app.ears.talks import LiveTalks
from callcenter.app.ears.voice_legs import VoiceLegs
from callcenter.app.recogniser import language_of
from callcenter.app.settings import Settings
from callcenter.core.center import Center
from callcenter.core.state import Contact
from callcenter.domain.events import EarsLost, EarsReady, Event
from callcenter.domain.ports import CarriesOut, Clock, Transcripts
from callcenter.speech.ears.news import EarsOpen, News, VoiceActed


class EarsRoom:
    """``secret`` is the path on which the PBX brings voices; without one nobody is listened to."""

    def __init__(
        self,
        settings: Settings,
        pbx: CarriesOut,
        secret: str,
        clock: Clock,
        transcripts: Transcripts,
        center: Callable[[], Center],
        post: Callable[[Event], None],
        changed: Callable[[Contact], None],
        report: Callable[[str], None],
    ) -> None:
        self._post, self._secret = post, secret
        self.talks = LiveTalks(
            transcripts, clock, language_of(settings), lambda contact: center().state.contacts.get(contact), changed
        )
        self.keeper = EarsKeeper(settings, secret, clock, told=self._told, gone=self._gone, report=report)
        if self.keeper.trouble and settings.live_recogniser:
            report(f"nobody is listened to while they speak: {self.keeper.trouble}")
        self.legs = VoiceLegs(pbx, self.keeper.order, self.talks.said, post)
        self._center = center

    def begin(self) -> None:
        """The core may still think of the ears of an earlier process of ours; they ended with it."""
        if self._center().state.hears:
            self._post(EarsLost())

    async def close(self) -> None:
        """Keep what was said."""
        await self.legs.close()
        await self.talks.close()

    async def run(self) -> None:
        """Listen until cancelled."""
        if self._secret:
            await self.keeper.run()

    def _told(self, news: News) -> None:
        if isinstance(news, VoiceActed):
            self.legs.acted(news)
            return
        self.talks.hear(news)
        if isinstance(news, EarsOpen):
            self._post(EarsReady())

    def _gone(self) -> None:
        self.talks.ears_gone()
        self.legs.ears_gone()
        self._post(EarsLost())
