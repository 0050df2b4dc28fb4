"""What an agent does at the desk: each click is one event to the engine."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from callcenter.domain import events
from callcenter.domain.access import Right
from callcenter.domain.agent import AgentState
from callcenter.domain.errors import Rejected
from callcenter.domain.notes import MAX_NOTE
from callcenter.web.access import services_of, signed_in
from callcenter.web.rendering import words_of
from callcenter.web.routes.agent_command import Command, Id
from callcenter.web.routes.agent_result import ResultCommand, field_problem
from callcenter.web.sessions import Viewer

router = APIRouter(prefix="/agent")


class DeskCommand(Command):
    """Take this desk over, or end the shift."""

    act: Literal["take_over", "sign_out"]

    def event(self, agent: str, *, zone: ZoneInfo, now_ms: int) -> events.Event:
        """Signed in here, or out."""
        if self.act == "sign_out":
            return events.AgentSignedOut(agent=agent, command=self.command)
        return events.AgentSignedIn(agent=agent, command=self.command, desk=self.desk)


class StateCommand(Command):
    """Available, or on break with a reason."""

    act: Literal["state"]
    state: Literal["available", "on_break"]
    reason: Annotated[str, Field(max_length=60)] = ""

    def event(self, agent: str, *, zone: ZoneInfo, now_ms: int) -> events.Event:
        """The state asked for."""
        state = AgentState(self.state)
        return events.StateRequested(agent=agent, command=self.command, state=state, reason=self.reason)


_PLAIN: dict[str, type[events.ContactEvent]] = {
    "accept": events.OfferAccepted,
    "hold": events.HoldRequested,
    "resume": events.ResumeRequested,
    "complete": events.TransferCompleted,
    "cancel_consult": events.ConsultCancelled,
    "conference": events.ConferenceRequested,
    "hang_up": events.HangUpRequested,
    "rejoin": events.RejoinRequested,
    "extend_wrap_up": events.WrapUpExtended,
}


class CallCommand(Command):
    """An act on a contact that needs nothing more."""

    act: Literal[
        "accept", "hold", "resume", "complete", "cancel_consult", "conference", "hang_up", "rejoin", "extend_wrap_up"
    ]
    contact: Id

    def event(self, agent: str, *, zone: ZoneInfo, now_ms: int) -> events.Event:
        """The matching event."""
        return _PLAIN[self.act](agent=agent, command=self.command, contact=self.contact)


class DeclineCommand(Command):
    """No to an offer."""

    act: Literal["decline"]
    contact: Id
    reason: Annotated[str, Field(max_length=60)] = ""

    def event(self, agent: str, *, zone: ZoneInfo, now_ms: int) -> events.Event:
        """Declined."""
        return events.OfferDeclined(agent=agent, command=self.command, contact=self.contact, reason=self.reason)


class DigitsCommand(Command):
    """Keys to the other side."""

    act: Literal["digits"]
    contact: Id
    digits: Annotated[str, Field(pattern=r"^[0-9*#]{1,32}$")]

    def event(self, agent: str, *, zone: ZoneInfo, now_ms: int) -> events.Event:
        """Keys to send."""
        return events.DigitsRequested(agent=agent, command=self.command, contact=self.contact, digits=self.digits)


class TransferCommand(Command):
    """Hand on, directly or after speaking first."""

    act: Literal["transfer"]
    contact: Id
    target: Annotated[str, Field(pattern=r"^(agent|queue|number|flow):[\w+*#.-]{1,60}$")]
    mode: Literal["blind", "warm"]
    note: Annotated[str, Field(max_length=2000)] = ""

    def event(self, agent: str, *, zone: ZoneInfo, now_ms: int) -> events.Event:
        """The transfer asked for."""
        return events.TransferRequested(
            agent=agent,
            command=self.command,
            contact=self.contact,
            target=self.target,
            mode=events.TransferMode(self.mode),
            note=self.note,
        )


class NoteCommand(Command):
    """A note for colleagues."""

    act: Literal["note"]
    contact: Id
    text: Annotated[str, Field(max_length=MAX_NOTE)]

    def event(self, agent: str, *, zone: ZoneInfo, now_ms: int) -> events.Event:
        """The note."""
        return events.NoteWritten(agent=agent, command=self.command, contact=self.contact, text=self.text)


class RecordingCommand(Command):
    """Pause or resume the recording."""

    act: Literal["recording"]
    contact: Id
    paused: bool

    def event(self, agent: str, *, zone: ZoneInfo, now_ms: int) -> events.Event:
        """Paused or resumed."""
        return events.RecordingPauseRequested(
            agent=agent, command=self.command, contact=self.contact, paused=self.paused
        )


class PaymentCommand(Command):
    """Card data are about to be given, or no longer: nothing is recorded meanwhile."""

    act: Literal["payment"]
    contact: Id
    on: bool

    def event(self, agent: str, *, zone: ZoneInfo, now_ms: int) -> events.Event:
        """Payment mode on or off."""
        return events.PaymentModeRequested(agent=agent, command=self.command, contact=self.contact, on=self.on)


class ReadCommand(Command):
    """A supervisor's message was read."""

    act: Literal["read"]
    message: Id

    def event(self, agent: str, *, zone: ZoneInfo, now_ms: int) -> events.Event:
        """Read."""
        return events.MessageRead(agent=agent, command=self.command, message=self.message)


AnyCommand = Annotated[
    DeskCommand
    | StateCommand
    | CallCommand
    | DeclineCommand
    | DigitsCommand
    | TransferCommand
    | NoteCommand
    | RecordingCommand
    | PaymentCommand
    | ReadCommand
    | ResultCommand,
    Field(discriminator="act"),
]


@router.post("/commands")
async def command(
    request: Request,
    body: AnyCommand,
    viewer: Annotated[Viewer, Depends(signed_in(Right.TAKE_CONTACTS))],
) -> JSONResponse:
    """Carry out one act; refusals answer 409 with a code, a sentence and, when it is one field's, its name."""
    services = services_of(request)
    agent = viewer.user.agent_id
    view = services.desk.desk_view(agent) if agent else None
    if view is None:
        raise Rejected("no_agent")
    elsewhere = view.desk not in ("", body.desk) and view.state is not AgentState.LOGGED_OUT
    if elsewhere and not isinstance(body, DeskCommand):
        raise Rejected("not_your_desk")
    try:
        zone = ZoneInfo(services.settings.timezone)
        await services.desk.submit(body.event(agent, zone=zone, now_ms=services.clock.now_ms()))
    except Rejected as error:
        problem = field_problem(words_of(request), error)
        if problem is None:
            raise
        return JSONResponse(problem, status_code=409)
    return JSONResponse({"ok": True})
