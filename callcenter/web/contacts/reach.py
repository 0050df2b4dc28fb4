"""Which contacts a person may read, hear or export: the one place where that is decided, for pages and the API."""

from __future__ import annotations

from callcenter.domain.access import Right, Scope
from callcenter.domain.config import CenterConfig
from callcenter.domain.records import EVERYTHING, NOTHING, ContactReach, ContactRecord
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
    """The contact, as far as the viewer may see it. Raises ``NotFound``, which does not tell whether it exists."""
    found = await services.contacts.get(contact, reach_of(services.desk.config(), viewer, Right.SEE_CONTACTS))
    if found is None:
        raise NotFound
    return found


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
