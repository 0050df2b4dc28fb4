"""A campaign's live part: how far it is, what keeps the rest, and its pacing; drawn once for all who look at it."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from callcenter.domain.errors import Rejected
from callcenter.web.campaigns.views import live_values
from callcenter.web.live import Picture
from callcenter.web.rendering import fragment
from callcenter.web.services import WebServices
from callcenter.web.wording.words import words_for

PAUSE_S = 1.0
"""Between two looks at the database, however much happens."""


class CampaignScene:
    """Callable that draws what :meth:`prepare` found out last."""

    def __init__(self, services: WebServices, language: str, campaign: str) -> None:
        self._services, self._language, self._campaign = services, language, campaign
        self._words = words_for(
            language, services.settings.timezone, services.desk.config(), services.desk.labels(), services.people.shown
        )
        self._values: dict[str, Any] = {}
        self._looked_s: float | None = None

    async def prepare(self) -> None:
        """Look at the figures, at most once in :data:`PAUSE_S`. A campaign that is gone stays as it was seen last."""
        if self._looked_s is not None:
            await asyncio.sleep(max(0.0, self._looked_s + PAUSE_S - time.monotonic()))
        self._looked_s = time.monotonic()
        try:
            campaign = await self._services.campaigns.get(self._campaign)
        except Rejected:
            return
        self._values = await live_values(self._services, self._words, campaign)

    def __call__(self) -> Picture:
        """The regions."""
        parts = ("state", "failing", "funnel", "outcomes", "why", "pacing") if self._values else ()
        return Picture({part: fragment(self._words, f"campaigns/live_{part}.html", **self._values) for part in parts})
