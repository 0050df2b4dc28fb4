"""What happens to scores by itself: risky contacts are locked, and plans draw when their period is over."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from callcenter.domain import audit_reviews
from callcenter.domain.errors import CallCenterError, Rejected
from callcenter.domain.ports import RiskStore
from callcenter.domain.records import AuditRecord
from callcenter.web.quality.drawing import Office, draw_period, last_period

_log = structlog.get_logger(__name__)
MACHINE: Final = "machine"
"""Who the audit log says did what nobody clicked."""
LOOKS_EVERY_S = 30.0


class ReviewKeeper:
    """Looks again and again; what fails is tried again with the next look."""

    def __init__(self, office: Office, risks: RiskStore) -> None:
        self._office, self._risks = office, risks
        self._looked_to = 0

    async def run(self) -> None:
        """Never ends by itself."""
        while True:
            try:
                await self.lock_risky()
                await self.draw_due()
            except (CallCenterError, OSError) as error:
                _log.warning("review_keeper_failed", error=type(error).__name__)
            await asyncio.sleep(LOOKS_EVERY_S)

    async def lock_risky(self) -> int:
        """A case for each contact newly scored that hit a risk rule; returns how many."""
        cases, looked_to = await self._risks.found(self._looked_to)
        opened = 0
        for case in cases:
            if await self._risks.open(case):
                opened += 1
                detail = {"contact": case.contact, "rules": list(case.rules)}
                now = self._office.clock.now_ms()
                act = audit_reviews.RISK_LOCKED
                await self._office.audit.write(AuditRecord(now, MACHINE, act, f"contact:{case.contact}", detail))
        self._looked_to = looked_to
        return opened

    async def draw_due(self) -> int:
        """The last period of each active plan, once; returns how many were drawn.

        A plan that can not be drawn (its reviewers are gone) says so on its page; the others go on.
        """
        drawn = 0
        for plan in await self._office.sampling.plans():
            period = last_period(self._office, plan)
            if not plan.active or await self._office.sampling.draw(plan.id, period) is not None:
                continue
            try:
                await draw_period(self._office, plan, period, MACHINE)
                drawn += 1
            except Rejected as refused:
                _log.info("plan_not_drawn", plan=plan.id, period=period, code=refused.code)
        return drawn
