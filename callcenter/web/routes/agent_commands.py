"""What an agent does at the desk: each click is one event to the engine."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from callcenter.domain import events
from callcenter.domain.access import Right
from callcenter.domain.agent import AgentState
from callcenter.domain.errors import Rejected
from callcenter.web.access import services_of, signed_in
from callcenter.web.sessions import Viewer

router = APIRouter(prefix="/agent")
Id = Annotated[str, Field(min_length=1, max_length=100)]


class Command(BaseModel):
    """Base: ``command`` identifies the click, so that a repeated one is done once."""

    model_config = ConfigDict(extra="forbid")
    command: Id
    desk: Id

    def event(self, agent: str) -> events.Event:
        """The event for the engine."""
        raise NotImplementedError


class DeskCommand(Command):
    """Take this desk over, or end the shift."""

    act: Literal["take_over", "sign_out"]

    def event(self, agent: str) -> events.Event:
        """Signed in here, or out."""
        if self.act == "sign_out":
            return events.AgentSignedOut(agent=agent, command=self.command)
        return events.AgentSignedIn(agent=agent, command=self.command, desk=self.desk)


class StateCommand(Command):
    """Available, or on break with a reason."""

    act: Literal["state"]
    state: Literal["available", "on_break"]
    reason: Annotated[str, Field(max_length=60)] = ""

    def event(self, agent: str) -> events.Event:
        """The state asked for."""
        state = AgentState(self.state)
        return events.StateRequested(agent=agent, command=self.command, state=state, reason=self.reason)


_PLAIN: dict[str, type[events.ContactEvent]] = {
    "hold": events.HoldRequested,
    "resume": events.ResumeRequested,
    "complete": events.TransferCompleted,
    "cancel_consult": events.ConsultCancelled,
    "conference": events.ConferenceRequested,
    "hang_up": events.HangUpRequested,
    "rejoin": events.RejoinRequested,
}


class CallCommand(Command):
    """An act on a contact that needs nothing more."""

    act: Literal["hold", "resume", "complete", "cancel_consult", "conference", "hang_up", "rejoin"]
    contact: Id

    def event(self, agent: str) -> events.Event:
        """The matching event."""
        return _PLAIN[self.act](agent=agent, command=self.command, contact=self.contact)


class DeclineCommand(Command):
    """No to an offer."""

    act: Literal["decline"]
    contact: Id
    reason: Annotated[str, Field(max_length=60)] = ""

    def event(self, agent: str) -> events.Event:
        """Declined."""
        return events.OfferDeclined(agent=agent, command=self.command, contact=self.contact, reason=self.reason)


class DigitsCommand(Command):
    """Keys to the other side."""

    act: Literal["digits"]
    contact: Id
    digits: Annotated[str, Field(pattern=r"^[0-9*#]{1,32}$")]

    def event(self, agent: str) -> events.Event:
        """Keys to send."""
        return events.DigitsRequested(agent=agent, command=self.command, contact=self.contact, digits=self.digits)


class TransferCommand(Command):
    """Hand on, directly or after speaking first."""

    act: Literal["transfer"]
    contact: Id
    target: Annotated[str, Field(pattern=r"^(agent|queue|number|flow):[\w+*#.-]{1,60}$")]
    mode: Literal["blind", "warm"]
    note: Annotated[str, Field(max_length=2000)] = ""

    def event(self, agent: str) -> events.Event:
        """The transfer asked for."""
        return events.TransferRequested(
            agent=agent,
            command=self.command,
            contact=self.contact,
            target=self.target,
            mode=events.TransferMode(self.mode),
            note=self.note,
        )


class RecordingCommand(Command):
    """Pause or resume the recording."""

    act: Literal["recording"]
    contact: Id
    paused: bool

    def event(self, agent: str) -> events.Event:
        """Paused or resumed."""
        return events.RecordingPauseRequested(
            agent=agent, command=self.command, contact=self.contact, paused=self.paused
        )


class WrapUpCommand(Command):
    """The result of a contact."""

    act: Literal["wrap_up"]
    contact: Id
    disposition: Annotated[str, Field(max_length=60)]
    note: Annotated[str, Field(max_length=10_000)] = ""

    def event(self, agent: str) -> events.Event:
        """Filed."""
        if not self.disposition:
            raise Rejected("disposition_required")
        return events.WrapUpCompleted(
            agent=agent,
            command=self.command,
            contact=self.contact,
            disposition=self.disposition,
            note=self.note.strip(),
        )


AnyCommand = Annotated[
    DeskCommand
    | StateCommand
    | CallCommand
    | DeclineCommand
    | DigitsCommand
    | TransferCommand
    | RecordingCommand
    | WrapUpCommand,
    Field(discriminator="act"),
]


@router.post("/commands")
async def command(
    request: Request,
    body: AnyCommand,
    viewer: Annotated[Viewer, Depends(signed_in(Right.TAKE_CONTACTS))],
) -> dict[str, bool]:
    """Carry out one act; refusals answer 409 with a code and a sentence."""
    agent, desk = viewer.user.agent_id, services_of(request).desk
    view = desk.desk_view(agent) if agent else None
    if view is None:
        raise Rejected("no_agent")
    elsewhere = view.desk not in ("", body.desk) and view.state is not AgentState.LOGGED_OUT
    if elsewhere and not isinstance(body, DeskCommand):
        raise Rejected("not_your_desk")
    await desk.submit(body.event(agent))
    return {"ok": True}
