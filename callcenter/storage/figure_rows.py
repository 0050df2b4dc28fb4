"""Keeps the tables of figures: adds up what a batch of the journal comes to, row by row."""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict

from callcenter.reports.fold import Figures
from callcenter.storage.statements import Statements


def add(cursor: Any, sql: Statements, figures: Figures) -> None:
    """Add the figures to the rows of their keys. Costs a statement for each key the batch touches."""
    if figures.queues:
        cursor.executemany(
            sql.add_queue_figures,
            [
                {"start_ms": start, "queue": queue, "channel": str(channel), **asdict(sums)}
                for (start, queue, channel), sums in figures.queues.items()
            ],
        )
    if figures.agents:
        cursor.executemany(
            sql.add_agent_figures,
            [
                {"start_ms": start, "agent": agent, "team": team, "channel": str(channel), **asdict(sums)}
                for (start, agent, team, channel), sums in figures.agents.items()
            ],
        )
    if figures.predictions:
        cursor.executemany(sql.add_prediction, [asdict(prediction) for prediction in figures.predictions])
    if figures.told_waits:
        cursor.executemany(sql.add_told_wait, [asdict(told) for told in figures.told_waits])


def clear(cursor: Any, sql: Statements) -> None:
    """Empty the tables."""
    for statement in (
        sql.clear_queue_figures,
        sql.clear_agent_figures,
        sql.clear_predictions,
        sql.clear_told_waits,
    ):
        cursor.execute(statement)
