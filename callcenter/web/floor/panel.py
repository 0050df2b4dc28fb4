"""What opens beside the floor: one agent, or who waits in one queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from callcenter.domain.access import Right
from callcenter.domain.agent import AgentState
from callcenter.domain.views import AgentView, ContactView, FloorView, QueueView
from callcenter.reports import metrics
from callcenter.web.contacts.reach import reach_of
from callcenter.web.desk.spoken import spoken_region
from callcenter.web.floor.figures import queue_row
from callcenter.web.floor.scope import FloorScope
from callcenter.web.rendering import fragment
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer
from callcenter.web.wording.outcomes import SHAPES, state_word
from callcenter.web.wording.why import why_sentence
from callcenter.web.wording.words import Words

SKILL_LEVELS = range(1, 11)


def agent_panel(services: WebServices, words: Words, viewer: Viewer, floor: FloorView, agent: AgentView) -> str:
    """The agent's panel with what the viewer may do."""
    scope = FloorScope(words.config, viewer)
    desk = services.desk.desk_view(agent.id)
    contact = next((c for c in floor.contacts if c.id == agent.contact), None) if agent.contact else None
    mine = viewer.user.agent_id
    changes = scope.covers(Right.CHANGE_AGENTS, agent.id)
    listens = scope.covers(Right.SUPERVISE_CALLS, agent.id) and contact is not None and contact.agent == agent.id
    values: dict[str, Any] = {
        "agent": agent,
        "team": words.team(agent.team),
        "look": "hold" if agent.on_hold else agent.state.value,
        "state_word": lambda state: state_word(words, state),
        "shapes": SHAPES,
        "contact": contact,
        "why": why_sentence(words, contact.why) if contact is not None else "",
        "idle_why": why_sentence(words, desk.idle_why) if desk is not None else "",
        "sees_contact": contact is not None and scope.covers(Right.SEE_CONTACTS, agent.id),
        "may_listen": listens and agent.id != mine,
        "can_listen": bool(mine) and viewer.may(Right.TAKE_CONTACTS),
        "mode": contact.supervisors.get(mine, "") if contact is not None and mine else "",
        "spoken": spoken_region(words, services.talks.of(contact.id)) if contact is not None else "",
        "listeners": _listeners(words, contact),
        "may_change": changes,
        "reasons": [(reason.id, words.name(reason.names, reason.id)) for reason in words.config.break_reasons],
        "skills": sorted(agent.skills.items(), key=lambda held: words.skill(held[0])),
        "other_skills": sorted(all_skills(words) - agent.skills.keys(), key=words.skill),
        "levels": SKILL_LEVELS,
        "today": desk.today if desk else None,
        "average_ms": metrics.aht_ms(desk.today) if desk else None,
        "signed_in": agent.state is not AgentState.LOGGED_OUT,
    }
    return fragment(words, "floor/agent_panel.html", **values)


def queue_panel(services: WebServices, words: Words, viewer: Viewer, floor: FloorView, queue: QueueView) -> str:
    """Who waits, in order, and why."""
    contacts = {contact.id: contact for contact in floor.contacts}
    waiting = [
        (number, contacts[contact], why_sentence(words, why))
        for number, (contact, why) in enumerate(services.desk.waiting(queue.id), 1)
        if contact in contacts
    ]
    ringing = [c for c in floor.contacts if c.queue == queue.id and c.place == "offered"]
    return fragment(
        words,
        "floor/queue_panel.html",
        row=queue_row(words, floor, queue, services.trend.waiting(queue.id)),
        waiting=waiting,
        seen=_seen(words, viewer, [contact for _, contact, _ in waiting]),
        ringing=ringing,
        may_operate=viewer.may(Right.OPERATE_QUEUES),
    )


def all_skills(words: Words) -> set[str]:
    """Every skill an agent has or a queue asks for."""
    config = words.config
    asked = {need.skill for queue in config.queues.values() for need in queue.skills}
    return asked.union(*(agent.skills for agent in config.agents.values()))


def _seen(words: Words, viewer: Viewer, waiting: Sequence[ContactView]) -> set[str]:
    """Those whose page the viewer may open, to read on or to have the number shown whole there."""
    reach = reach_of(words.config, viewer, Right.SEE_CONTACTS)
    return {contact.id for contact in waiting if reach.everything or contact.queue in reach.queues}


def _listeners(words: Words, contact: ContactView | None) -> list[tuple[str, str]]:
    return [(words.agent(agent), mode) for agent, mode in sorted(contact.supervisors.items())] if contact else []
