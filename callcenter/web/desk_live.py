"""The agent page's live stream: sign the desk in, push what changed, notice when the page is gone."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

from sse_starlette import ServerSentEvent

from callcenter.domain.agent import AgentState
from callcenter.domain.errors import CallCenterError, Rejected
from callcenter.domain.events import AgentSignedIn, DeskConnected, DeskLost, Event
from callcenter.web.desk_regions import Known, facts_of, in_focus, look_up, render_regions
from callcenter.web.desks import OpenDesks
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer
from callcenter.web.words import words_for

_log = logging.getLogger(__name__)
_background: set[asyncio.Task[None]] = set()


@dataclass(frozen=True, slots=True)
class LiveDesk:
    """One page's stream. ``desk`` names the browser tab; ``sign_in`` lets a signed-out agent's shift begin."""

    services: WebServices
    open_desks: OpenDesks
    viewer: Viewer
    desk: str
    language: str
    sign_in: bool

    async def events(self) -> AsyncIterator[ServerSentEvent]:
        """Regions and facts, at once and then as they change, until the page goes."""
        agent = self.viewer.user.agent_id
        if self.services.desk.desk_view(agent) is None:
            raise Rejected("no_agent")
        self.open_desks.opened(agent, self.desk)
        sent: dict[str, str] = {}
        known: Known | None = None
        try:
            await self._arrive(agent, sign_in=self.sign_in)
            async for _ in self.services.desk.changes(agent):
                view = self.services.desk.desk_view(agent)
                if view is None:
                    return
                if not view.desk:
                    await self._arrive(agent, sign_in=False)
                known = await look_up(self.services, in_focus(view), known)
                up = self.services.desk.floor_view().telephony_up
                words = words_for(
                    self.language,
                    self.services.settings.timezone,
                    self.services.desk.config(),
                    self.services.desk.labels(),
                )
                regions = render_regions(words, view, known, desk=self.desk, telephony_up=up)
                changed = {name: html for name, html in regions.items() if sent.get(name) != html}
                sent.update(changed)
                facts = facts_of(view, self.desk, self.services.clock.now_ms())
                yield ServerSentEvent(json.dumps({"facts": facts, "regions": changed}), event="desk")
        finally:
            self._leave(agent)

    async def _arrive(self, agent: str, *, sign_in: bool) -> None:
        view = self.services.desk.desk_view(agent)
        assert view is not None
        if view.state is AgentState.LOGGED_OUT:
            if sign_in:
                await self._submit(AgentSignedIn(agent=agent, command=str(uuid.uuid4()), desk=self.desk))
        elif view.desk == self.desk:
            await self._submit(DeskConnected(agent=agent, command=str(uuid.uuid4()), desk=self.desk))
        elif not self.open_desks.is_open(agent, view.desk):
            await self._submit(AgentSignedIn(agent=agent, command=str(uuid.uuid4()), desk=self.desk))

    def _leave(self, agent: str) -> None:
        if not self.open_desks.closed(agent, self.desk):
            return
        view = self.services.desk.desk_view(agent)
        if view is not None and view.desk == self.desk and view.state is not AgentState.LOGGED_OUT:
            lost = DeskLost(agent=agent, command=str(uuid.uuid4()), desk=self.desk)
            task = asyncio.get_running_loop().create_task(self._submit(lost))
            _background.add(task)
            task.add_done_callback(_background.discard)

    async def _submit(self, event: Event) -> None:
        try:
            await self.services.desk.submit(event)
        except CallCenterError as error:
            _log.warning("%s was not taken: %s", type(event).__name__, error)
