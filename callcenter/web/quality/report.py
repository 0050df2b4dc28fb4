"""The quality report of some days: coverage, scores, the machine against people, findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from callcenter.domain.access import Right, Scope
from callcenter.domain.config import CenterConfig
from callcenter.domain.reviews import Review, ReviewState
from callcenter.domain.scores import RuleHits, ScoreSum
from callcenter.quality.review.agreement import MachineError, machine_error
from callcenter.quality.review.life import DONE
from callcenter.web.i18n import N_
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer
from callcenter.web.spreadsheets import Cell, Field, Form, excel_file
from callcenter.web.wording.words import Words

MOST_DAYS = 92
GROUPS: dict[str, str] = {"agent": N_("Agent"), "team": N_("Team"), "queue": N_("Queue"), "campaign": N_("Campaign")}


@dataclass(frozen=True, slots=True)
class Line:
    """The scores of one group: contacts scored, their mean of 100, contacts with something fatal."""

    name: str
    contacts: int
    mean: float
    fatal: int


@dataclass(frozen=True, slots=True)
class ItemLine:
    """What people gave an item, as a share of its points, and how often."""

    item: str
    judged: int
    share: float


@dataclass(frozen=True, slots=True)
class Report:
    """Everything of it. ``whole``: it covers everybody, so figures of the whole centre stand in it."""

    first: date
    last: date
    by: str
    served: int
    covered: int
    """Of those served, how many were scored."""
    scored: int
    reviewed: int
    appeals: int
    changed: int
    lines: tuple[Line, ...]
    trend: tuple[tuple[str, float | None], ...]
    items: tuple[ItemLine, ...]
    machine: MachineError
    hits: tuple[RuleHits, ...]
    wrong_rules: tuple[tuple[str, int], ...]
    """Rules by whose findings changed results had lost points, with how many changed results."""
    whole: bool


def days_of(words: Words, now_ms: int, first: str, last: str) -> tuple[date, date]:
    """The days asked for, the last thirty without; at most ``MOST_DAYS``, and never turned round."""
    today = datetime.fromtimestamp(now_ms / 1000, words.zone).date()
    try:
        ends = date.fromisoformat(last) if last else today
        begins = date.fromisoformat(first) if first else ends - timedelta(days=29)
    except (ValueError, OverflowError):
        begins, ends = today - timedelta(days=29), today
    if not date(2000, 1, 1) <= begins <= ends <= date(2200, 1, 1):
        begins, ends = today - timedelta(days=29), today
    return max(begins, ends - timedelta(days=MOST_DAYS - 1)), ends


async def report_of(services: WebServices, words: Words, viewer: Viewer, first: date, last: date, by: str) -> Report:
    """The report as far as the viewer may see: everything, their teams, or themselves."""
    reach = viewer.reach(Right.SEE_QUALITY)
    config = services.desk.config()

    def seen(agent: str) -> bool:
        return reach is not None and reach.covers(agent, _team(config, agent))

    starts = [_start(words, first + timedelta(days=n)) for n in range((last - first).days + 2)]
    days = [[one for one in await services.score_figures.sums(*ends) if seen(one.agent)] for ends in pairwise(starts)]
    sums = [one for day in days for one in day]
    reviews = [one for one in await services.reviews.between(starts[0], starts[-1]) if seen(one.agent)]
    judged = [one for one in reviews if one.state in DONE]
    whole = reach is not None and reach.scope is Scope.ALL
    served, covered = await services.score_figures.coverage(starts[0], starts[-1]) if whole else (0, 0)
    return Report(
        first=first,
        last=last,
        by=by if by in GROUPS else "agent",
        served=served,
        covered=covered,
        scored=sum(one.contacts for one in sums),
        reviewed=len({one.contact for one in judged}),
        appeals=sum(one.appeal is not None for one in reviews),
        changed=sum(any(each.round == "appeal" for each in one.judgements) for one in reviews),
        lines=_lines(sums, _grouped(config, words, by if by in GROUPS else "agent")),
        trend=tuple((f"{first + timedelta(days=n):%m-%d}", _mean(day)) for n, day in enumerate(days)),
        items=_items(judged),
        machine=machine_error(reviews),
        hits=tuple(await services.score_figures.hits(starts[0], starts[-1], 15)) if whole else (),
        wrong_rules=_wrong_rules(reviews),
        whole=whole,
    )


def as_excel(words: Words, report: Report, now_ms: int) -> bytes:
    """The groups of the report as an Excel file."""
    fields = [
        Field(words.gettext(GROUPS[report.by])),
        Field(words.gettext("Contacts scored")),
        Field(words.gettext("Mean score")),
        Field(words.gettext("With something fatal")),
        Field(words.gettext("Share of them"), Form.SHARE),
    ]
    rows: list[list[Cell]] = [
        [one.name, one.contacts, round(one.mean, 2), one.fatal, one.fatal / one.contacts] for one in report.lines
    ]
    made = datetime.fromtimestamp(now_ms / 1000, words.zone)
    return excel_file(words.gettext("Quality"), fields, rows, made)


def _start(words: Words, day: date) -> int:
    return round(datetime(day.year, day.month, day.day, tzinfo=words.zone).timestamp() * 1000)


def _team(config: CenterConfig, agent: str) -> str:
    return config.agents[agent].team if agent in config.agents else ""


def _grouped(config: CenterConfig, words: Words, by: str) -> Callable[[ScoreSum], str]:
    names: dict[str, Callable[[ScoreSum], str]] = {
        "agent": lambda one: words.agent(one.agent),
        "team": lambda one: words.team(_team(config, one.agent)),
        "queue": lambda one: words.queue(one.queue),
        "campaign": lambda one: one.campaign,
    }
    return names[by]


def _lines(sums: Sequence[ScoreSum], group: Callable[[ScoreSum], str]) -> tuple[Line, ...]:
    found: dict[str, list[ScoreSum]] = defaultdict(list)
    for one in sums:
        found[group(one) or "–"].append(one)
    made = [
        Line(name, sum(one.contacts for one in its), _mean(its) or 0.0, sum(one.fatal for one in its))
        for name, its in found.items()
    ]
    return tuple(sorted(made, key=lambda one: (one.mean, one.name)))


def _mean(sums: Sequence[ScoreSum]) -> float | None:
    contacts = sum(one.contacts for one in sums)
    return round(sum(one.points for one in sums) / contacts, 1) if contacts else None


def _items(reviews: Sequence[Review]) -> tuple[ItemLine, ...]:
    given: dict[str, list[float]] = defaultdict(list)
    for one in reviews:
        for item in one.judgement.items if one.judgement is not None else ():
            if item.kind != "deduction" and item.of:
                given[item.id].append(item.points / item.of)
    lines = [ItemLine(item, len(shares), sum(shares) / len(shares)) for item, shares in given.items()]
    return tuple(sorted(lines, key=lambda one: (one.share, one.item)))


def _wrong_rules(reviews: Sequence[Review]) -> tuple[tuple[str, int], ...]:
    """Rules that took points which an appeal gave back."""
    found: dict[str, int] = defaultdict(int)
    for one in reviews:
        last = one.judgement
        if last is None or last.round != "appeal" or one.state not in (ReviewState.CHANGED, ReviewState.ACKNOWLEDGED):
            continue
        kinder = [item for item in last.items if item.machine is not None and item.points > item.machine]
        given_back = {rule for item in kinder for rule in item.rules}
        for rule in given_back:
            found[rule] += 1
    return tuple(sorted(found.items(), key=lambda each: (-each[1], each[0])))
