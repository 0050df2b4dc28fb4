"""Which contacts a person may read, hear or export: the one place where that is decided, for pages and the API."""

from __future__ import annotations

from callcenter.domain import audit_reviews
from callcenter.domain.access import Right, Scope
from callcenter.domain.config import CenterConfig
from callcenter.domain.records import EVERYTHING, NOTHING, AuditRecord, ContactReach, ContactRecord
from callcenter.domain.risk_cases import RiskCase
from callcenter.quality.review.risk import is_locked
from callcenter.web.errors import Forbidden, NotFound
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer


def reach_of(config: CenterConfig, viewer: Viewer, right: Right) -> ContactReach:
    """The contacts ``right`` reaches.

    Own: those the viewer's agent had a part in. Team: those of the teams' agents as they are now, and those nobody
    answered in the queues these teams look after.
    """
    reach = viewer.reach(right)
    if reach is None:
        return NOTHING
    if reach.scope is Scope.ALL:
        return EVERYTHING
    agents = {reach.agent} if reach.agent else set()
    queues: set[str] = set()
    if reach.scope is Scope.TEAM:
        agents |= {agent.id for agent in config.agents.values() if reach.covers(agent.id, agent.team)}
        queues = {queue for team in reach.teams if team in config.teams for queue in config.teams[team].queues}
    return ContactReach(frozenset(agents), frozenset(queues))


def hearing_of(config: CenterConfig, viewer: Viewer) -> ContactReach:
    """The contacts whose recordings the viewer may hear: agents their own, others as their right reaches."""
    reach, own = reach_of(config, viewer, Right.HEAR_RECORDINGS), viewer.user.agent_id
    if reach.everything or not own:
        return reach
    return ContactReach(reach.agents | {own}, reach.queues)


async def seen_contact(services: WebServices, viewer: Viewer, contact: str) -> ContactRecord:
    """The contact, as far as the viewer may see it.

    Raises ``NotFound``, which does not tell whether it exists, or ``Forbidden("locked")``.
    """
    found = await services.contacts.get(contact, reach_of(services.desk.config(), viewer, Right.SEE_CONTACTS))
    if found is None:
        raise NotFound
    if not await may_read_locked(services, viewer, contact):
        raise Forbidden("locked")
    return found


async def locked_case(services: WebServices, contact: str) -> RiskCase | None:
    """The open risk case that locks the contact."""
    case = await services.risks.of_contact(contact)
    return case if case is not None and is_locked(case) else None


async def may_see_locked(services: WebServices, viewer: Viewer, contact: str) -> bool:
    """A locked contact is for those who handle risks, and for whom its case is assigned to."""
    case = await services.risks.of_contact(contact)
    return viewer.may(Right.HANDLE_RISKS) or (case is not None and case.assignee == viewer.user.name)


async def may_read_locked(services: WebServices, viewer: Viewer, contact: str) -> bool:
    """False while a risk case keeps the contact's words from the viewer."""
    return await locked_case(services, contact) is None or await may_see_locked(services, viewer, contact)


async def look_at_locked(services: WebServices, viewer: Viewer, contact: str) -> RiskCase | None:
    """The case that locks the contact; that somebody looks at it is written down."""
    case = await locked_case(services, contact)
    if case is not None:
        now, detail = services.clock.now_ms(), {"case": case.id}
        act = audit_reviews.LOCKED_CONTACT_SEEN
        await services.audit.write(AuditRecord(now, viewer.user.name, act, f"contact:{contact}", detail))
    return case


async def heard_contact(services: WebServices, viewer: Viewer, contact: str) -> ContactRecord:
    """The contact, when the viewer may also hear it. Raises ``NotFound`` or ``Forbidden("right")``."""
    found = await seen_contact(services, viewer, contact)
    if not await may_hear(services, viewer, contact):
        raise Forbidden("right")
    return found


async def exported_contact(services: WebServices, viewer: Viewer, contact: str) -> ContactRecord:
    """The contact, when the viewer may hand it out whole. Raises ``NotFound`` or ``Forbidden("right")``."""
    found = await seen_contact(services, viewer, contact)
    if not await may_export(services, viewer, contact):
        raise Forbidden("right")
    return found


async def may_hear(services: WebServices, viewer: Viewer, contact: str) -> bool:
    """Whether the viewer may hear the recordings of ``contact``."""
    return await services.contacts.get(contact, hearing_of(services.desk.config(), viewer)) is not None


async def may_export(services: WebServices, viewer: Viewer, contact: str) -> bool:
    """Whether the viewer may export ``contact``."""
    reach = reach_of(services.desk.config(), viewer, Right.EXPORT_CONTACTS)
    return await services.contacts.get(contact, reach) is not None
