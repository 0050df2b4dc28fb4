"""Sampling plans as forms and tables."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from callcenter.domain.errors import Rejected
from callcenter.domain.sampling import Method, Period, SamplingPlan
from callcenter.quality.review.sampling import check
from callcenter.web.quality.acts import office_of
from callcenter.web.quality.drawing import last_period, progress
from callcenter.web.quality.reviewers import reviewer_choices
from callcenter.web.quality.words import METHODS, PERIODS, STRATA
from callcenter.web.services import WebServices
from callcenter.web.wording.words import Words


def plan_of(before: SamplingPlan | None, given: Mapping[str, str], many: Mapping[str, Sequence[str]]) -> SamplingPlan:
    """The plan as it was typed. Rejected as ``sampling.check``."""
    begun = before or SamplingPlan(id=uuid.uuid4().hex[:12], title="", seed=uuid.uuid4().hex)
    try:
        made = replace(
            begun,
            title=given.get("title", "").strip()[:200],
            method=Method(given.get("method", "")),
            period=Period(given.get("period", "")),
            per_agent=_whole(given.get("number", "")) if given.get("of") == "agent" else 0,
            size=_whole(given.get("number", "")) if given.get("of") != "agent" else 0,
            random_share=_whole(given.get("random", "")) / 100,
            strata=given.get("strata", "queue"),
            due_days=_whole(given.get("due_days", "")),
            active=given.get("active") == "yes",
            campaigns=tuple(one.strip() for one in given.get("campaigns", "").split(",") if one.strip()),
            **{name: tuple(many.get(name, ())) for name in ("queues", "teams", "reviewers")},
        )
    except ValueError as error:
        raise Rejected("plan_size") from error
    check(made)
    return made


def _whole(text: str) -> int:
    value = text.strip() or "0"
    if not value.isascii() or not value.isdecimal() or len(value) > 9:
        raise Rejected("plan_size")
    return int(value)


async def form_values(services: WebServices, words: Words, plan: SamplingPlan | None) -> dict[str, Any]:
    """The form of a plan."""
    config = services.desk.config()
    shown = plan or SamplingPlan(id="", title="", per_agent=2)
    return {
        "plan": plan,
        "shown": shown,
        "methods": [(one.value, words.gettext(text)) for one, text in METHODS.items()],
        "periods": [(one.value, words.gettext(text)) for one, text in PERIODS.items()],
        "strata": [(name, words.gettext(text)) for name, text in STRATA.items()],
        "queues": [(name, words.queue(name)) for name in config.queues],
        "teams": [(name, words.team(name)) for name in config.teams],
        "reviewers": await reviewer_choices(services),
    }


async def list_values(services: WebServices, words: Words) -> dict[str, Any]:
    """All plans, each with the progress of its last draw, and whether its last period waits to be drawn."""
    office, rows = office_of(services), []
    for plan in await services.sampling.plans():
        draws = await services.sampling.draws(plan.id, 1)
        last = last_period(office, plan)
        done = await _progress(services, draws[0].plan, draws[0].period) if draws else None
        rows.append(
            {
                "plan": plan,
                "method": words.gettext(METHODS[plan.method]),
                "period": words.gettext(PERIODS[plan.period]),
                "drawn": draws[0] if draws else None,
                "progress": done,
                "due": last if plan.active and (not draws or draws[0].period != last) else "",
            }
        )
    return {"rows": rows}


async def plan_values(services: WebServices, words: Words, plan: SamplingPlan) -> dict[str, Any]:
    """One plan: what was drawn in each period and how far its reviewers are."""
    office = office_of(services)
    draws = [(one, await _progress(services, plan.id, one.period)) for one in await services.sampling.draws(plan.id)]
    await services.people.learn({name for _, done in draws if done for name in done.by_reviewer} | {plan.made_by})
    return {"draws": draws, "last": last_period(office, plan), **await form_values(services, words, plan)}


async def _progress(services: WebServices, plan: str, period: str) -> Any:
    made = await services.sampling.draw(plan, period)
    if made is None:
        return None
    return progress(made, await services.reviews.of_draw(plan, period), services.clock.now_ms())
