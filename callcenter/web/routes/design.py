"""The living page of the design system: every component in every state, for whoever builds a page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from callcenter.domain.what_if import Interval
from callcenter.web.access import signed_in
from callcenter.web.band_chart import band
from callcenter.web.paired_chart import paired
from callcenter.web.rendering import page
from callcenter.web.sessions import Viewer

router = APIRouter()

COLOURS = {
    "ground": ("ground", "surface", "raised", "line", "line-strong"),
    "text": ("ink", "ink-2", "ink-3", "accent", "focus"),
    "meaning": ("danger", "warn", "good", "info"),
    "soft": ("accent-soft", "danger-soft", "warn-soft", "good-soft", "info-soft", "s-hold-soft"),
}
WAITS = [4, 6, 5, 9, 12, 8, 7, None, 6, 3, 2, 5]
SHARES = [
    ("08:00", 2.0, 0.7, 5.6),
    ("08:15", 1.0, 0.3, 2.9),
    ("08:30", 1.5, 0.7, 3.1),
    ("08:45", None, None, None),
    ("09:00", 2.3, 1.5, 3.7),
]
PAIRS = [("A", Interval(62, 6), Interval(76, 4)), ("B", Interval(91, 4), Interval(93, 2))]
LEVELS = [("08:30", 94), ("09:00", 91), ("09:30", 84), ("10:00", 76), ("10:30", 79), ("11:00", None), ("11:30", 88)]


@router.get("/design")
async def design(
    request: Request, _viewer: Annotated[Viewer, Depends(signed_in())], sort: str = "-time"
) -> HTMLResponse:
    """Everything once. ``sort`` is followed by the sample table's heads."""
    return page(
        request,
        "design.html",
        colours=COLOURS,
        waits=WAITS,
        levels=LEVELS,
        pairs=paired(PAIRS, 100),
        shares=band(SHARES, goal=3),
        sort=sort,
    )
