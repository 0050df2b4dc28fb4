"""What came of each intent on each day: recognised, refused, handed over, closed without a person."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from callcenter.domain.access import Right
from callcenter.web.access import services_of, signed_in
from callcenter.web.rendering import page, words_of
from callcenter.web.sessions import Viewer
from callcenter.web.trainer.figures import SHARES, by_day, by_intent, days_of, span_of
from callcenter.web.trainer.intents import names_of

router = APIRouter(prefix="/trainer/figures")
TrainerViewer = Annotated[Viewer, Depends(signed_in(Right.TRAIN_ASSISTANT))]
_Text = Annotated[str, Query(max_length=120)]


@router.get("")
async def figures_page(
    request: Request,
    viewer: TrainerViewer,
    first: Annotated[str, Query(alias="from", max_length=20)] = "",
    last: Annotated[str, Query(alias="to", max_length=20)] = "",
    intent: _Text = "",
    share: _Text = "",
) -> Response:
    """A table by intent, and days as a chart and a table."""
    services, words = services_of(request), words_of(request)
    today = datetime.fromtimestamp(services.clock.now_ms() / 1000, words.zone).date()
    begin, end = span_of(first, last, today)
    starts, end_ms = days_of(begin, end, words.zone)
    rows = await services.training.days(starts, end_ms)
    found = by_intent(rows)
    chosen = intent if any(one == intent for one, _ in found) else ""
    return page(
        request,
        "trainer/figures.html",
        intents=found,
        days=by_day(rows, starts, chosen),
        names=names_of(words),
        chosen=chosen,
        share=share if share in SHARES else SHARES[0],
        first=begin.isoformat(),
        last=end.isoformat(),
        today=today.isoformat(),
    )
