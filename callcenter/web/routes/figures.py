"""Figures of past days and of today: by stretch of time, and by queue, channel, team or agent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from callcenter.domain.access import Reach, Right, Scope
from callcenter.domain.errors import Rejected
from callcenter.domain.figures import WaitPrediction
from callcenter.reports.stretches import DAYS
from callcenter.web.access import services_of, signed_in
from callcenter.web.errors import NotFound
from callcenter.web.figures import estimates, files, table
from callcenter.web.figures.asking import asked, too_fine
from callcenter.web.figures.columns import columns_of, is_of_agents
from callcenter.web.figures.estimates import EXPECTED, TOLD
from callcenter.web.rendering import page, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.spreadsheets import CSV, XLSX

router = APIRouter(prefix="/figures")
FigureViewer = Annotated[Viewer, Depends(signed_in(Right.WATCH_FLOOR))]


@router.get("")
async def figures_page(request: Request, viewer: FigureViewer) -> Response:
    """Groups beside each other, and the chosen one, or all as one, over time."""
    services, words = services_of(request), words_of(request)
    wanted, reach = asked(request.query_params, words.zone, services.clock.now_ms()), reach_of(viewer)
    columns = [column for column in columns_of(wanted.by) if not column.filed]
    column = next(column for column in columns if column.name == wanted.figure)
    groups, times, query = [], [], wanted.in_time(words.zone, reach)
    if not wanted.faults:
        rows = await table.read(services.figures, wanted, wanted.whole(words.zone, reach))
        groups = table.groups_of(words, wanted, rows)
    if groups and not too_fine(wanted):
        times = table.in_time(words, wanted, query, await table.read(services.figures, wanted, query))
    chosen = next((row for row in groups if row.key == wanted.only), None)
    total = table.total_of(wanted, groups)
    return page(
        request,
        "figures.html",
        wanted=wanted,
        faults={name: words.gettext(text, days=DAYS) for name, text in wanted.faults.items()},
        choices=table.choices_of(words, wanted),
        columns=columns,
        column=column,
        bars=table.bars_of(groups, column),
        line=table.line_of(words, wanted, query, times, column),
        groups=groups,
        total=total,
        shown=chosen.sums if chosen else total,
        shown_name=table.group_name(words, wanted.by, wanted.only) if wanted.only else words.gettext("All"),
        kind=table.kind_name(words, wanted.by),
        times=[row for row in times if row is not None],
        fine=words.gettext(too_fine(wanted)) if too_fine(wanted) else "",
        own=is_of_agents(wanted.by) and reach.scope is not Scope.ALL,
        goes_on=wanted.last >= wanted.today,
    )


@router.get("/estimates")
async def estimates_page(request: Request, viewer: FigureViewer) -> Response:
    """How right expected waits were, queue by queue; queues are everybody's."""
    services, words = services_of(request), words_of(request)
    wanted = asked(request.query_params, words.zone, services.clock.now_ms())
    kind = EXPECTED if request.query_params.get("of") == EXPECTED else TOLD
    waits: Sequence[WaitPrediction] = ()
    if not wanted.faults:
        from_ms, to_ms = wanted.span(words.zone)
        read = services.figures.told_waits if kind == TOLD else services.figures.predictions
        waits = await read(from_ms, to_ms, estimates.MOST + 1)
    found = await anyio.to_thread.run_sync(estimates.judged, words, waits[: estimates.MOST], wanted.only)
    return page(
        request,
        "estimates.html",
        wanted=wanted,
        faults={name: words.gettext(text, days=DAYS) for name, text in wanted.faults.items()},
        of=kind,
        kinds=[(name, words.gettext(text)) for name, text in estimates.KINDS.items()],
        found=found,
        columns=estimates.COLUMNS,
        cut=len(waits) > estimates.MOST,
        shown_name=words.queue(wanted.only) if wanted.only else words.gettext("All"),
        bands=[(estimates.band_name(words, band), band) for band in found.bands],
        chart=estimates.drawn(words, found.bands),
    )


@router.get("/download/{form}")
async def download(request: Request, viewer: FigureViewer, form: str) -> Response:
    """The same figures, stretch by stretch and group by group, as ``csv`` or ``xlsx``."""
    services, words = services_of(request), words_of(request)
    now_ms = services.clock.now_ms()
    wanted = asked(request.query_params, words.zone, now_ms)
    if form not in ("csv", "xlsx"):
        raise NotFound
    if wanted.faults:
        return RedirectResponse(wanted.address(), status_code=303)
    query = wanted.filed(words.zone, reach_of(viewer), files.MOST_ROWS + 1)
    rows = await table.read(services.figures, wanted, query)
    if len(rows) > files.MOST_ROWS:
        raise Rejected("figures_too_many")
    if form == "csv":
        data, kind = await anyio.to_thread.run_sync(files.as_csv, words, wanted, rows), CSV
    else:
        data, kind = await anyio.to_thread.run_sync(files.as_excel, words, wanted, rows, now_ms), XLSX
    name = files.file_name(wanted, form)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type=kind, headers=headers)


def reach_of(viewer: Viewer) -> Reach:
    """Whose figures the viewer sees: agents' as far as the floor reaches; queues are everybody's."""
    reach = viewer.reach(Right.WATCH_FLOOR)
    assert reach is not None, "the route asks for the right"
    return reach
