"""A campaign's report from its quarters of an hour; and where days, weeks and months begin and end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from callcenter.domain.campaign_records import CampaignQuarter
from callcenter.domain.campaign_reports import CampaignReport, ReportKind, ReportRow
from callcenter.domain.campaigns import Outcome
from callcenter.reports.campaigns import busy_share, picked_up, talked

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def period_of(kind: ReportKind, at_ms: int, offset_ms: int) -> tuple[int, int]:
    """The local day, week (from Monday) or calendar month that ``at_ms`` is in: its beginning and its end in ms."""
    day = _local(at_ms, offset_ms).replace(hour=0, minute=0, second=0, microsecond=0)
    if kind is ReportKind.DAY:
        begin, end = day, day + timedelta(days=1)
    elif kind is ReportKind.WEEK:
        begin = day - timedelta(days=day.weekday())
        end = begin + timedelta(days=7)
    else:
        begin = day.replace(day=1)
        end = (begin + timedelta(days=31)).replace(day=1)
    return _ms(begin) - offset_ms, _ms(end) - offset_ms


def report_of(
    campaign: str,
    kind: ReportKind,
    span: tuple[int, int],
    quarters: Sequence[CampaignQuarter],
    agents: Mapping[str, Mapping[str, int]],
    offset_ms: int,
    now_ms: int,
) -> CampaignReport:
    """Of the quarters in ``span``; ``agents`` are the attempts of each by outcome."""
    outcomes: Counter[str] = Counter()
    for one in quarters:
        outcomes.update(one.outcomes)
    return CampaignReport(
        campaign=campaign,
        kind=kind,
        from_ms=span[0],
        to_ms=span[1],
        made_ms=now_ms,
        total=_row("", dict(outcomes), sum(one.line_ms for one in quarters)),
        busy=busy_share(quarters),
        outcomes=dict(outcomes.most_common()),
        days=_grouped(quarters, lambda at_ms: f"{_local(at_ms, offset_ms):%Y-%m-%d}"),
        hours=_grouped(quarters, lambda at_ms: f"{_local(at_ms, offset_ms):%H}"),
        agents=tuple(_row(agent, dict(agents[agent]), 0) for agent in sorted(agents) if agent),
    )


def _grouped(quarters: Iterable[CampaignQuarter], key_of: Callable[[int], str]) -> tuple[ReportRow, ...]:
    sums: dict[str, Counter[str]] = {}
    lines: Counter[str] = Counter()
    for one in quarters:
        if one.outcomes:
            key = key_of(one.quarter_ms)
            sums.setdefault(key, Counter()).update(one.outcomes)
            lines[key] += one.line_ms
    return tuple(_row(key, dict(sums[key]), lines[key]) for key in sorted(sums))


def _row(key: str, outcomes: dict[str, int], line_ms: int) -> ReportRow:
    return ReportRow(
        key=key,
        dialled=sum(outcomes.values()),
        answered=picked_up(outcomes),
        spoken=talked(outcomes),
        promised=outcomes.get(Outcome.PROMISED, 0),
        abandoned=outcomes.get(Outcome.ABANDONED, 0),
        line_ms=line_ms,
    )


def _local(at_ms: int, offset_ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=at_ms + offset_ms)


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
