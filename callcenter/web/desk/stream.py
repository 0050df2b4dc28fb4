"""The agent page's live stream: sign the desk in, push what changed, notice when the page is gone."""

from __future__ import annotations

import asyncio
import logging
import uuid
from typing import Any

from callcenter.domain.agent import AgentState
from callcenter.domain.errors import CallCenterError, Rejected
from callcenter.domain.events import AgentSignedIn, DeskConnected, DeskLost, Event
from callcenter.domain.speech import LiveTalk
from callcenter.domain.views import DeskView
from callcenter.web.desk.chats import ChatWindow
from callcenter.web.desk.open_desks import OpenDesks
from callcenter.web.desk.regions import Known, facts_of, in_focus, look_up, render_regions
from callcenter.web.desk.spoken import REGION, spoken_region
from callcenter.web.follow_ups import NONE as NO_FOLLOW_UPS
from callcenter.web.follow_ups import follow_ups_of
from callcenter.web.live.hub import Hub
from callcenter.web.live.mailbox import Mailbox
from callcenter.web.live.response import event
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer
from callcenter.web.wording.words import words_for

_log = logging.getLogger(__name__)
OTHERS_MATTER = frozenset({"waiting_contacts_ask_for_more", "reserved", "kept_from_waiting_contacts"})
"""Reasons for having nothing that change with contacts of which the agent is told nothing."""
LOOK_AGAIN_S = 10.0
_background: set[asyncio.Task[None]] = set()


class LiveDesk:
    """One page's source. ``desk`` names the browser tab; ``sign_in`` lets a signed-out agent's shift begin."""

    def __init__(
        self,
        hub: Hub,
        services: WebServices,
        open_desks: OpenDesks,
        viewer: Viewer,
        *,
        desk: str,
        language: str,
        sign_in: bool,
    ) -> None:
        self._hub, self._services, self._open_desks = hub, services, open_desks
        self._agent, self._desk, self._language, self._sign_in = viewer.user.agent_id, desk, language, sign_in
        self._box: Mailbox | None = None
        self._shown: tuple[object, ...] | None = None
        self._chats = ChatWindow(services.chats, self._wake)
        self._shown_with: tuple[object, object] = (None, None)
        self._known: Known | None = None
        self._follow_ups = NO_FOLLOW_UPS
        self._promised_at: object = None
        self._alarm: asyncio.TimerHandle | None = None
        self._sent: dict[str, str] = {}
        self._spoken: LiveTalk | None = None

    async def open(self, box: Mailbox) -> None:
        """Arrive at the desk; raises Rejected when the user has none."""
        if self._services.desk.desk_view(self._agent) is None:
            raise Rejected("no_agent")
        self._open_desks.opened(self._agent, self._desk)
        self._box = box
        await self._arrive(sign_in=self._sign_in)
        self._hub.listen(self._agent, box)

    async def news(self) -> bytes:
        """Facts and the regions that changed, as one ``desk`` event; everything at first."""
        view = self._services.desk.desk_view(self._agent)
        if view is None:
            assert self._box is not None
            self._box.close()
            return b""
        if not view.desk:
            await self._arrive(sign_in=False)
        focus = self._open_desks.focus(self._agent, self._desk)
        front = in_focus(view, focus)
        self._known = await look_up(self._services, front, self._known)
        await self._look_at_follow_ups(view)
        unread = await self._chats.look(view, front)
        await self._services.people.learn(message.by for message in view.messages)
        config, labels = self._services.desk.config(), self._services.desk.labels()
        same_names = self._shown_with[0] is config and self._shown_with[1] == labels
        shown = (view, self._known, self._follow_ups, focus, unread)
        words = words_for(self._language, self._services.settings.timezone, config, labels, self._services.people.shown)
        chat = await self._chats.news(words)
        talk = self._services.talks.of(front.id) if front is not None else None
        spoken, self._spoken = {REGION: spoken_region(words, talk)} if talk != self._spoken else {}, talk
        if same_names and self._shown == shown and not chat:
            return self._told({}, spoken, view, focus) if spoken else b""
        regions = render_regions(
            words,
            view,
            self._known,
            desk=self._desk,
            telephony_up=view.telephony_up,
            follow_ups=self._follow_ups,
            focus=focus,
            unread=unread,
        )
        changed = {name: html for name, html in regions.items() if self._sent.get(name) != html}
        self._shown, self._shown_with, self._sent = shown, (config, labels), regions
        return self._told({"chat": chat} if chat else {}, changed | spoken, view, focus)

    def _told(self, more: dict[str, Any], regions: dict[str, str], view: DeskView, focus: str) -> bytes:
        facts = facts_of(view, self._desk, self._services.clock.now_ms(), focus)
        return event("desk", {"facts": facts, "regions": regions, **more})

    def _wake(self) -> None:
        if self._box is not None:
            self._box.wake()

    def close(self) -> None:
        """Leave the desk: when this was its last page, the agent's connection counts as lost."""
        if self._alarm is not None:
            self._alarm.cancel()
        self._chats.close()
        if self._box is None:
            return
        self._hub.unlisten(self._agent, self._box)
        if not self._open_desks.closed(self._agent, self._desk):
            return
        view = self._services.desk.desk_view(self._agent)
        if view is not None and view.desk == self._desk and view.state is not AgentState.LOGGED_OUT:
            lost = DeskLost(agent=self._agent, command=str(uuid.uuid4()), desk=self._desk)
            task = asyncio.get_running_loop().create_task(self._submit(lost))
            _background.add(task)
            task.add_done_callback(_background.discard)

    async def _look_at_follow_ups(self, view: DeskView) -> None:
        """Asked again when a result was filed, one was marked done, or the time of one has come."""
        now = self._services.clock.now_ms()
        at = (
            tuple(contact.id for contact in (*view.contacts, *(held.contact for held in view.wrap_ups))),
            self._hub.nudges(self._agent),
        )
        if at != self._promised_at or now >= self._follow_ups.until_ms:
            self._follow_ups = await follow_ups_of(self._services, self._agent)
            self._promised_at = at
        if self._alarm is not None:
            self._alarm.cancel()
        assert self._box is not None
        wait_s = max(self._follow_ups.until_ms - now, 1_000) / 1_000
        if view.idle_why is not None and view.idle_why.code in OTHERS_MATTER:
            wait_s = min(wait_s, LOOK_AGAIN_S)
        self._alarm = asyncio.get_running_loop().call_later(wait_s, self._box.wake)

    async def _arrive(self, *, sign_in: bool) -> None:
        view = self._services.desk.desk_view(self._agent)
        assert view is not None
        if view.state is AgentState.LOGGED_OUT:
            if sign_in:
                await self._submit(AgentSignedIn(agent=self._agent, command=str(uuid.uuid4()), desk=self._desk))
        elif view.desk == self._desk:
            await self._submit(DeskConnected(agent=self._agent, command=str(uuid.uuid4()), desk=self._desk))
        elif not self._open_desks.is_open(self._agent, view.desk):
            await self._submit(AgentSignedIn(agent=self._agent, command=str(uuid.uuid4()), desk=self._desk))

    async def _submit(self, event: Event) -> None:
        try:
            await self._services.desk.submit(event)
        except CallCenterError as error:
            _log.warning("%s was not taken: %s", type(event).__name__, error)
