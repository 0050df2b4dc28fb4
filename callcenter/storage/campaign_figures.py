"""Figures of campaigns by quarter of an hour: what their attempts came to, and their agents' time."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from callcenter.domain.campaign_records import CampaignQuarter, PacedTime
from callcenter.storage.database import Database
from callcenter.storage.tables import campaign_figures, campaign_pacing
from callcenter.storage.upsert import add_up


class SqlCampaignFigures:
    """The ``CampaignFigureStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_time(self, times: Sequence[PacedTime]) -> None:
        """Add agents' time to the quarters it is of."""
        if not times:
            return
        async with self._database.write() as connection:
            statement = add_up(connection.dialect.name, campaign_pacing, frozenset())
            await connection.execute(statement, [msgspec.structs.asdict(one) for one in times])

    async def quarters(self, campaign: str, from_ms: int, to_ms: int) -> Sequence[CampaignQuarter]:
        """Those in which something happened, in order; O(their rows)."""
        counts, times = campaign_figures.c, campaign_pacing.c
        counted = sa.select(counts.quarter_ms, counts.outcome, counts.attempts, counts.line_ms).where(
            counts.campaign == campaign, counts.quarter_ms >= from_ms, counts.quarter_ms < to_ms
        )
        timed = sa.select(times.quarter_ms, times.present_ms, times.busy_ms, times.ahead_ms).where(
            times.campaign == campaign, times.quarter_ms >= from_ms, times.quarter_ms < to_ms
        )
        found: dict[int, CampaignQuarter] = {}
        async with self._database.read() as connection:
            for row in await connection.execute(timed):
                found[int(row[0])] = CampaignQuarter(
                    int(row[0]), present_ms=int(row[1]), busy_ms=int(row[2]), ahead_ms=int(row[3])
                )
            for quarter_ms, outcome, attempts, line_ms in await connection.execute(counted):
                one = found.get(int(quarter_ms)) or CampaignQuarter(int(quarter_ms))
                outcomes = {**one.outcomes, str(outcome): int(attempts)}
                found[one.quarter_ms] = replace(one, outcomes=outcomes, line_ms=one.line_ms + int(line_ms))
        return [found[quarter] for quarter in sorted(found)]
