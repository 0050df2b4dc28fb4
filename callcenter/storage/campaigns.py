"""Campaigns, what their attempts came to, and who may not be called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import sqlalchemy as sa

from callcenter.domain.campaign_records import Campaign, CampaignState, Funnel, OptOut, PastAttempts
from callcenter.domain.campaigns import DAY_MS, OURS, TALKED
from callcenter.domain.errors import Rejected
from callcenter.storage.database import Database
from callcenter.storage.tables import campaign_figures, campaigns, lead_attempts, opt_outs
from callcenter.storage.upsert import insert_or_leave

_WEEK_MS = 7 * DAY_MS
_MOST_LOOKED_AT = 200
"""Attempts of one person in a week that are looked at; more are certainly too many."""


class SqlCampaigns:
    """The ``CampaignStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, campaign: Campaign, now_ms: int) -> Campaign:
        """Keep a new state; a version that somebody else has changed meanwhile is refused."""
        kept = msgspec.structs.replace(campaign, version=campaign.version + 1, changed_ms=now_ms)
        row = {
            "id": kept.id,
            "state": str(kept.state),
            "version": kept.version,
            "changed_ms": now_ms,
            "campaign": msgspec.json.encode(kept).decode(),
        }
        async with self._database.write() as connection:
            statement: sa.Insert | sa.Update = insert_or_leave(connection.dialect.name, campaigns)
            if campaign.version:
                its = (campaigns.c.id == kept.id, campaigns.c.version == campaign.version)
                statement = campaigns.update().where(*its).values(row)
            done = await connection.execute(statement.returning(campaigns.c.id), None if campaign.version else row)
            if done.first() is None:
                raise Rejected("stale", kept.id)
        return kept

    async def get(self, campaign: str) -> Campaign | None:
        """One campaign."""
        async with self._database.read() as connection:
            statement = sa.select(campaigns.c.campaign).where(campaigns.c.id == campaign)
            text = (await connection.execute(statement)).scalar()
        return None if text is None else msgspec.json.decode(text, type=Campaign)

    async def listed(self) -> Sequence[Campaign]:
        """All, the last changed first."""
        async with self._database.read() as connection:
            statement = sa.select(campaigns.c.campaign).order_by(campaigns.c.changed_ms.desc(), campaigns.c.id)
            rows = (await connection.execute(statement)).scalars().all()
        return [msgspec.json.decode(text, type=Campaign) for text in rows]

    async def in_state(self, *states: CampaignState) -> Sequence[Campaign]:
        """Those in one of the states; what ended long ago costs nothing but its row."""
        its = campaigns.c.state.in_([str(state) for state in states])
        async with self._database.read() as connection:
            statement = sa.select(campaigns.c.campaign).where(its).order_by(campaigns.c.id)
            rows = (await connection.execute(statement)).scalars().all()
        return [msgspec.json.decode(text, type=Campaign) for text in rows]

    async def tried(self, lead: int) -> Mapping[str, int]:
        """The lead's settled attempts by outcome."""
        columns = lead_attempts.c
        statement = (
            sa.select(columns.outcome, sa.func.count())
            .where(columns.lead == lead, columns.dialled, columns.ended_ms.is_not(None))
            .group_by(columns.outcome)
        )
        async with self._database.read() as connection:
            return {str(row[0]): int(row[1]) for row in await connection.execute(statement)}

    async def past(self, number: str, now_ms: int, midnight_ms: int) -> PastAttempts:
        """What was tried with a person in the last seven days; O(attempts of theirs)."""
        columns = lead_attempts.c
        statement = (
            sa.select(columns.began_ms, columns.outcome)
            .where(columns.number == number, columns.began_ms > now_ms - _WEEK_MS, columns.dialled)
            .order_by(columns.began_ms.desc())
            .limit(_MOST_LOOKED_AT)
        )
        async with self._database.read() as connection:
            tries = [(int(began), str(outcome)) for began, outcome in await connection.execute(statement)]
        return _past(tries, midnight_ms)

    async def funnel(self, campaign: str, midnight_ms: int) -> Funnel:
        """Dialled attempts by outcome, and how many of today; O(quarters of an hour in which it dialled)."""
        columns = campaign_figures.c
        is_today = columns.quarter_ms >= midnight_ms
        statement = (
            sa.select(
                columns.outcome,
                sa.func.sum(columns.attempts),
                sa.func.sum(sa.case((is_today, columns.attempts), else_=0)),
                sa.func.sum(columns.line_ms),
                sa.func.min(sa.case((is_today, columns.quarter_ms))),
            )
            .where(columns.campaign == campaign)
            .group_by(columns.outcome)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        outcomes = {str(row[0]): int(row[1]) for row in rows}
        return Funnel(
            dialled=sum(outcomes.values()),
            outcomes=outcomes,
            today={str(row[0]): int(row[2]) for row in rows if row[2]},
            line_ms=sum(int(row[3]) for row in rows),
            first_today_ms=min((int(row[4]) for row in rows if row[4] is not None), default=None),
        )

    async def opt_out(self, entry: OptOut) -> None:
        """The first proof is kept."""
        async with self._database.write() as connection:
            statement = insert_or_leave(connection.dialect.name, opt_outs)
            await connection.execute(statement, msgspec.structs.asdict(entry))

    async def opted_out(self, number: str) -> OptOut | None:
        """Whether the person may not be called, and the proof."""
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(opt_outs).where(opt_outs.c.number == number))).first()
        return None if row is None else OptOut(**row._mapping)


def _past(tries: Sequence[tuple[int, str]], midnight_ms: int) -> PastAttempts:
    """``tries`` are times and outcomes, the newest first. Our own doing reached nobody and counts as no call."""
    theirs = [(at, outcome) for at, outcome in tries if outcome not in OURS]
    today = [outcome for at, outcome in theirs if at >= midnight_ms]
    in_row = next((n for n, (_, outcome) in enumerate(theirs) if outcome in TALKED), len(theirs))
    return PastAttempts(
        calls_7d=len(theirs),
        connected_today=sum(outcome in TALKED for outcome in today),
        unanswered_today=sum(outcome not in TALKED for outcome in today),
        failures_in_row=in_row,
        last_talk_ms=next((at for at, outcome in theirs if outcome in TALKED), None),
    )
