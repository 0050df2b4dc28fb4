"""What is done from the floor: scope, audit record, event.

The record is written first: no act without a trace. A second one follows when the act was refused.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from callcenter.domain import events
from callcenter.domain.access import Right
from callcenter.domain.agent import AgentState
from callcenter.domain.errors import CallCenterError, Rejected
from callcenter.domain.names import Names
from callcenter.domain.records import AuditRecord
from callcenter.domain.views import OpenCallback
from callcenter.web.errors import Forbidden
from callcenter.web.floor.scope import FloorScope, is_about_queue, serves
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer


class FloorActs:
    """One viewer's acts. Each raises ``Forbidden`` out of scope and ``Rejected`` when the core refuses."""

    def __init__(self, services: WebServices, viewer: Viewer, command: str) -> None:
        self._services = services
        self._viewer = viewer
        self._command = command
        self._config = services.desk.config()
        self._scope = FloorScope(self._config, viewer)

    async def supervise(self, contact: str, mode: str) -> None:
        """Listen, whisper, barge, or stop."""
        talk = self._scope.talk(self._services.desk.floor_view(), contact)
        act, mine = "supervision_ended" if mode == "stop" else mode, self._own_agent()
        async with self._on_record(act, f"contact:{contact}", agent=talk.agent):
            await self._submit(events.SuperviseRequested(agent=mine, command=self._command, contact=contact, mode=mode))

    async def take_over(self, contact: str, desk: str) -> None:
        """Speak with the customer oneself; begins the supervisor's shift at ``desk`` if it had not begun."""
        talk = self._scope.talk(self._services.desk.floor_view(), contact)
        mine = self._own_agent()
        async with self._on_record("take_over", f"contact:{contact}", agent=talk.agent):
            view = self._services.desk.desk_view(mine)
            if view is not None and view.state is AgentState.LOGGED_OUT:
                await self._submit(events.AgentSignedIn(agent=mine, command=uuid.uuid4().hex, desk=desk))
            await self._submit(events.TakeOverRequested(agent=mine, command=self._command, contact=contact))

    async def force_state(self, agent: str, state: AgentState, reason: str) -> None:
        """Another agent's state."""
        self._scope.need_agent(Right.CHANGE_AGENTS, agent)
        known = {known.id for known in self._config.break_reasons}
        if state is AgentState.ON_BREAK and reason not in known:
            raise Rejected("unknown_reason")
        async with self._on_record("state_forced", f"agent:{agent}", state=state.value, reason=reason):
            await self._submit(
                events.AgentStateForced(
                    by=self._viewer.user.name, command=self._command, agent=agent, state=state, reason=reason
                )
            )

    async def change_skills(self, agent: str, skills: Mapping[str, int]) -> None:
        """Another agent's skills, in force at once; the configuration writes the record."""
        self._scope.need_agent(Right.CHANGE_AGENTS, agent)
        await self._services.configuration.set_skills(self._viewer.user.name, agent, skills)

    async def send_message(self, text: str, to: str) -> int:
        """To ``agent:ID``, ``team:ID``, ``queue:ID`` or ``all``; returns to how many."""
        agents = self.recipients(to)
        if not text.strip():
            raise Rejected("message_empty")
        if not agents:
            raise Rejected("nobody_to_tell")
        message = uuid.uuid4().hex
        act = "message_sent" if to.startswith("agent:") else "broadcast"
        async with self._on_record(act, f"message:{message}", to=to, agents=len(agents), length=len(text)):
            await self._submit(
                events.MessageSent(
                    by=self._viewer.user.name, command=self._command, message=message, agents=agents, text=text
                )
            )
        return len(agents)

    def recipients(self, to: str) -> tuple[str, ...]:
        """Signed-in agents a message would reach; one named agent also when signed out."""
        self._scope.need(Right.CHANGE_AGENTS)
        kind, _, name = to.partition(":")
        if kind == "agent":
            self._scope.need_agent(Right.CHANGE_AGENTS, name)
            return (name,)
        floor = self._services.desk.floor_view()
        here = [a.id for a in floor.agents if a.state is not AgentState.LOGGED_OUT]
        within = [agent for agent in here if self._scope.covers(Right.CHANGE_AGENTS, agent)]
        if kind == "all":
            return tuple(within)
        if kind == "team":
            return tuple(agent for agent in within if self._config.agents[agent].team == name)
        if kind == "queue" and name in self._config.queues:
            queue = self._config.queues[name]
            return tuple(agent for agent in within if serves(self._config.agents[agent], queue))
        raise Rejected("unknown_queue" if kind == "queue" else "bad_request", to)

    async def close_queue(self, queue: str, message: str, target: str) -> None:
        """Close or divert with a prepared message."""
        self._scope.need(Right.OPERATE_QUEUES)
        words = self._announcement(message)
        async with self._on_record("queue_closed", f"queue:{queue}", message=message, target=target.partition(":")[0]):
            await self._submit(
                events.QueueClosed(
                    by=self._viewer.user.name, command=self._command, queue=queue, announcement=words, target=target
                )
            )

    async def reopen_queue(self, queue: str) -> None:
        """Take contacts again."""
        self._scope.need(Right.OPERATE_QUEUES)
        async with self._on_record("queue_reopened", f"queue:{queue}"):
            await self._submit(events.QueueReopened(by=self._viewer.user.name, command=self._command, queue=queue))

    async def withdraw_callback(self, callback: OpenCallback, reason: str) -> None:
        """Take a callback off the list, which the caller has found within the viewer's reach; its dialling stops."""
        self._scope.need(Right.OPERATE_QUEUES)
        why = " ".join(reason.split())
        if not why:
            raise Rejected("callback_reason")
        async with self._on_record("callback_withdrawn", f"contact:{callback.contact}", queue=callback.queue, note=why):
            await self._submit(
                events.CallbackCancelled(
                    by=self._viewer.user.name, command=self._command, contact=callback.contact, reason=why
                )
            )

    async def acknowledge(self, alarm: str) -> None:
        """Somebody looks after an alarm they see."""
        standing = next((a for a in self._services.desk.floor_view().alarms if a.id == alarm), None)
        if standing is None:
            raise Rejected("alarm_gone")
        if not is_about_queue(standing):
            self._scope.need_agent(Right.WATCH_FLOOR, standing.subject)
        async with self._on_record("alarm_acknowledged", f"alarm:{alarm}"):
            await self._submit(events.AlarmAcknowledged(by=self._viewer.user.name, command=self._command, alarm=alarm))

    async def acknowledge_trouble(self, trouble: str) -> None:
        """Somebody looks after a fault of the product."""
        if all(known.id != trouble for known in self._services.troubles.all()):
            raise Rejected("alarm_gone")
        async with self._on_record("alarm_acknowledged", f"alarm:{trouble}"):
            self._services.troubles.acknowledge(trouble)

    def _announcement(self, message: str) -> Names:
        for prepared in self._config.emergency_messages:
            if prepared.id == message:
                return prepared.names
        if message or self._config.emergency_messages:
            raise Rejected("unknown_message")
        return {}

    def _own_agent(self) -> str:
        mine = self._viewer.user.agent_id
        if not mine or mine not in self._config.agents:
            raise Rejected("no_agent")
        if not self._viewer.may(Right.TAKE_CONTACTS):
            raise Forbidden("right")
        return mine

    @asynccontextmanager
    async def _on_record(self, act: str, subject: str, **detail: Any) -> AsyncIterator[None]:
        await self._note(act, subject, **detail)
        try:
            yield
        except CallCenterError as error:
            await self._note(act, subject, **detail, refused=error.code if isinstance(error, Rejected) else "failed")
            raise

    async def _note(self, act: str, subject: str, **detail: Any) -> None:
        now = self._services.clock.now_ms()
        await self._services.audit.write(AuditRecord(now, self._viewer.user.name, act, subject, detail))

    async def _submit(self, event: events.Event) -> None:
        await self._services.desk.submit(event)
