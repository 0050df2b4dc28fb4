"""An agent's part in a chat: who asks, from which window, and whether the chat is theirs."""

from __future__ import annotations

from fastapi import Request

from callcenter.domain.contact import Channel, Place
from callcenter.domain.errors import Rejected
from callcenter.domain.views import DeskView
from callcenter.web.access import services_of
from callcenter.web.sessions import Viewer


def view_of(request: Request, viewer: Viewer, desk: str) -> DeskView:
    """The agent's desk as it is. Raises ``Rejected``: ``no_agent``, ``not_your_desk``."""
    view = services_of(request).desk.desk_view(viewer.user.agent_id) if viewer.user.agent_id else None
    if view is None:
        raise Rejected("no_agent")
    if view.desk not in ("", desk):
        raise Rejected("not_your_desk")
    return view


def own_chat(view: DeskView, contact: str) -> None:
    """Raises ``Rejected("not_your_contact")`` for what is no chat the agent writes in."""
    mine = (c for c in view.contacts if c.id == contact and c.channel is Channel.CHAT and c.agent == view.agent)
    if not any(c.place is Place.TALKING for c in mine):
        raise Rejected("not_your_contact")
