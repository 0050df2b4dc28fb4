"""Live pages at scale: who must be told (:mod:`.hub`), what (:mod:`.patches`), and how (:mod:`.response`).

A page of its own (the desk) is a :class:`~callcenter.web.live.response.Source`. A page many look at (the floor) is a
scene: drawn once for all viewers with the same name, however many they are::

    @router.get("/live")
    async def live(request: Request, viewer: FloorViewer) -> Response:
        hub = hub_of(request)
        language, reach = language_of(request, services), viewer.reach(Right.WATCH_FLOOR)
        scene = ("floor", language, reach)            # equal for viewers who see the same
        watched = standing(request, Right.WATCH_FLOOR)    # the page ends when session or right does
        return hub.scene(scene, "floor", lambda: FloorScene(...), owner=viewer, standing=watched)

``FloorScene()`` is a callable that returns a :class:`~callcenter.web.live.patches.Picture` (see there for an example).
For the page itself, ``await hub.picture(scene, lambda: FloorScene(...))`` is the same picture, drawn or at hand.
In the browser: ``openLive(() => "/floor/live", "floor", { message: (data) => applyPatch(data), … })``.
"""

from callcenter.web.live.hub import Hub, hub_of
from callcenter.web.live.patches import Fragments, Picture, patch
from callcenter.web.live.response import LiveResponse, Source
from callcenter.web.live.standing import standing

__all__ = ["Fragments", "Hub", "LiveResponse", "Picture", "Source", "hub_of", "patch", "standing"]
