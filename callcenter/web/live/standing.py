"""Whether the user of an open page may still see it: sessions end and roles change while pages stay open."""

from __future__ import annotations

from fastapi import Request

from callcenter.domain.access import Right
from callcenter.web.access import services_of
from callcenter.web.live.response import Standing
from callcenter.web.sessions import Viewer, still_valid


def standing(request: Request, *any_of: Right) -> Standing:
    """Asks whether the viewer of the request is as they were, with one of the rights (any user, when none is named)."""
    services = services_of(request)
    viewer: Viewer = request.state.viewer

    async def holds() -> bool:
        may = not any_of or any(viewer.may(right) for right in any_of)
        return may and await still_valid(services, viewer)

    return holds
