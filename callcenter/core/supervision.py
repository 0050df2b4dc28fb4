"""Supervisors in a talk: listen, whisper, barge in, and take the customer over."""

from __future__ import annotations

from callcenter.core import agents, queueing
from callcenter.core.state import Contact
from callcenter.core.turn import Turn
from callcenter.domain.contact import Endpoint, LegRole, Place
from callcenter.domain.effects import HangUp, Originate, Supervise, SuperviseMode, SupervisionChanged, TakenOver
from callcenter.domain.errors import Rejected
from callcenter.domain.events import SuperviseRequested, TakeOverRequested

SUPERVISOR_RING_MS = 20_000


def supervise(t: Turn, e: SuperviseRequested) -> None:
    """Ring a supervisor and join them in the mode asked for; again changes the mode; ``stop`` ends it."""
    c = t.contact(e.contact)
    if c is None or not c.agent_leg or c.agent == e.agent or c.place is Place.DIALLING:
        raise Rejected("nobody_to_listen_to")
    if c.chat is not None:
        raise Rejected("not_in_chat")
    leg = c.supervisors.get(e.agent)
    if e.mode == "stop":
        if leg is not None:
            supervisor_left(t, c, leg)
        return
    if e.mode not in list(SuperviseMode):
        raise Rejected("unknown_mode")
    c.supervise_modes[e.agent] = e.mode
    if leg is None:
        _stop_elsewhere(t, e.agent)
        leg = t.add_leg(c, LegRole.SUPERVISOR, e.agent)
        c.supervisors[e.agent] = leg
        t.desk(e.agent).supervising = c.id
        t.emit(
            Originate(
                contact=c.id,
                leg=leg,
                endpoint=Endpoint(kind="agent", address=e.agent),
                caller=c.caller,
                timeout_ms=SUPERVISOR_RING_MS,
                auto_answer=True,
            )
        )
    elif c.legs[leg].answered:
        supervisor_answered(t, c, leg)


def _stop_elsewhere(t: Turn, supervisor: str) -> None:
    """One telephone, one conversation: listening to another ends the first."""
    before = t.contact(t.desk(supervisor).supervising)
    if before is not None:
        supervisor_left(t, before, before.supervisors[supervisor])


def supervisor_answered(t: Turn, c: Contact, leg: str) -> None:
    """Join the supervisor in the mode asked for last."""
    supervisor = c.legs[leg].party
    mode = SuperviseMode(c.supervise_modes[supervisor])
    c.legs[leg].answered = True
    t.emit(
        Supervise(contact=c.id, leg=leg, target=c.agent_leg, bridge=c.bridge, mode=mode),
        SupervisionChanged(contact=c.id, supervisor=supervisor, mode=mode),
    )


def supervisor_left(t: Turn, c: Contact, leg: str) -> None:
    """The supervisor is gone; the talk goes on."""
    supervisor = c.legs[leg].party
    c.supervisors.pop(supervisor, None)
    t.desk(supervisor).supervising = ""
    c.supervise_modes.pop(supervisor, None)
    t.emit(
        HangUp(contact=c.id, leg=leg),
        SupervisionChanged(contact=c.id, supervisor=supervisor, mode="stop"),
    )
    t.drop_leg(c, leg)


def take_over(t: Turn, e: TakeOverRequested) -> None:
    """A supervisor who listens speaks with the customer from now on; the agent before goes to wrap-up.

    Refused: ``already_taken_over`` (somebody was faster), ``listen_first``, ``consult_running``, and whatever keeps
    the supervisor from work (``not_signed_in``, ``agent_not_available``).
    """
    c = t.contact(e.contact)
    leg = c.supervisors.get(e.agent) if c is not None else None
    if c is None or leg is None or not c.legs[leg].answered:
        raise Rejected("already_taken_over" if c is not None and c.taken_over_by else "listen_first")
    if c.place is not Place.TALKING or c.rejoining:
        raise Rejected("nobody_to_listen_to")
    if c.consult is not None:
        raise Rejected("consult_running")
    before = c.agent
    seized = t.acd.seize(e.agent, c.id, t.now, c.queue, from_break=True)
    del c.supervisors[e.agent]
    t.desk(e.agent).supervising = ""
    c.supervise_modes.pop(e.agent, None)
    c.legs[leg].role = LegRole.AGENT
    barge = SuperviseMode.BARGE
    t.emit(Supervise(contact=c.id, leg=leg, target=c.agent_leg, bridge=c.bridge, mode=barge))
    t.emit(TakenOver(contact=c.id, agent=before, supervisor=e.agent))
    c.taken_over_by = e.agent
    agents.part(t, c, "taken_over")
    queueing.apply(t, seized)
    agents.connect(t, c, e.agent, leg)
