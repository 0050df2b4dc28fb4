"""What is done from the floor: each click is one act, checked for scope, put on record, and told to the core."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from callcenter.domain.access import Right
from callcenter.domain.agent import AgentState
from callcenter.web.access import services_of, signed_in
from callcenter.web.floor.acts import FloorActs
from callcenter.web.sessions import Viewer

router = APIRouter()
"""Part of :mod:`.floor`."""
Id = Annotated[str, Field(min_length=1, max_length=100)]
Level = Annotated[int, Field(ge=1, le=10)]
Answer = dict[str, Any]


class Command(BaseModel, ABC):
    """Base: ``command`` identifies the click, so that a repeated one is done once."""

    model_config = ConfigDict(extra="forbid")
    command: Id

    @abstractmethod
    async def carry_out(self, acts: FloorActs) -> Answer:
        """Do it; what the page should know comes back."""


class SuperviseCommand(Command):
    """Hear a talk, or end that."""

    act: Literal["listen", "whisper", "barge", "stop"]
    contact: Id

    async def carry_out(self, acts: FloorActs) -> Answer:
        """The mode asked for."""
        await acts.supervise(self.contact, self.act)
        return {}


class TakeOverCommand(Command):
    """Take the customer over; ``desk`` names this tab, in case the supervisor's shift begins with it."""

    act: Literal["take_over"]
    contact: Id
    desk: Id

    async def carry_out(self, acts: FloorActs) -> Answer:
        """Mine from now on."""
        await acts.take_over(self.contact, self.desk)
        return {"go_to": "/agent"}


class StateCommand(Command):
    """Another agent's state."""

    act: Literal["state"]
    agent: Id
    state: Literal["available", "on_break", "logged_out"]
    reason: Annotated[str, Field(max_length=60)] = ""

    async def carry_out(self, acts: FloorActs) -> Answer:
        """Set it."""
        await acts.force_state(self.agent, AgentState(self.state), self.reason)
        return {}


class SkillsCommand(Command):
    """Another agent's skills, all of them."""

    act: Literal["skills"]
    agent: Id
    skills: Annotated[dict[Id, Level], Field(max_length=200)]

    async def carry_out(self, acts: FloorActs) -> Answer:
        """Change them."""
        await acts.change_skills(self.agent, self.skills)
        return {}


class MessageCommand(Command):
    """A message to one, a team, a queue's agents or all."""

    act: Literal["message"]
    to: Annotated[str, Field(pattern=r"^(all|(agent|team|queue):.{1,80})$")]
    text: Annotated[str, Field(max_length=1_000)]

    async def carry_out(self, acts: FloorActs) -> Answer:
        """Send it; the answer says to how many."""
        return {"count": await acts.send_message(self.text, self.to)}


class CloseCommand(Command):
    """Close or divert a queue."""

    act: Literal["close_queue"]
    queue: Id
    message: Annotated[str, Field(max_length=60)] = ""
    target: Annotated[str, Field(pattern=r"^((queue|flow):[\w.-]{1,60}|number:\+?[0-9]{3,20})?$")] = ""

    async def carry_out(self, acts: FloorActs) -> Answer:
        """Close it."""
        await acts.close_queue(self.queue, self.message, self.target)
        return {}


class ReopenCommand(Command):
    """Open a queue again."""

    act: Literal["reopen_queue"]
    queue: Id

    async def carry_out(self, acts: FloorActs) -> Answer:
        """Open it."""
        await acts.reopen_queue(self.queue)
        return {}


class AcknowledgeCommand(Command):
    """Look after an alarm, or a fault of the product."""

    act: Literal["acknowledge", "acknowledge_trouble"]
    alarm: Annotated[str, Field(min_length=1, max_length=200)]

    async def carry_out(self, acts: FloorActs) -> Answer:
        """On it."""
        await (acts.acknowledge if self.act == "acknowledge" else acts.acknowledge_trouble)(self.alarm)
        return {}


AnyCommand = Annotated[
    SuperviseCommand
    | TakeOverCommand
    | StateCommand
    | SkillsCommand
    | MessageCommand
    | CloseCommand
    | ReopenCommand
    | AcknowledgeCommand,
    Field(discriminator="act"),
]


@router.post("/commands")
async def command(
    request: Request,
    body: AnyCommand,
    viewer: Annotated[Viewer, Depends(signed_in(Right.WATCH_FLOOR))],
) -> Answer:
    """Carry out one act: 403 out of scope, 409 with a code and a sentence when it is refused."""
    return {"ok": True, **await body.carry_out(FloorActs(services_of(request), viewer, body.command))}
