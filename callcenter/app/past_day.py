"""A day from the journal in a database, ready to be played again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from callcenter.domain.errors import ConfigError
from callcenter.simulation.day.actual import actual
from callcenter.simulation.day.rebuild import rebuild
from callcenter.simulation.day.story import EVENTS, FACTS, Story, Window, read_story
from callcenter.simulation.figures import Figures
from callcenter.simulation.scenario import Scenario
from callcenter.storage import check
from callcenter.storage.past_journal import PastJournal


@dataclass(frozen=True, slots=True)
class PastDay:
    """What was read, the scenario made of it, and what happened in the window by queue and in total."""

    story: Story
    scenario: Scenario
    queues: dict[str, Figures]
    total: Figures


def window_of(day: date, start: time | None, end: time | None, timezone: str) -> Window:
    """The window from ``start`` to ``end`` (the whole day without them) on the clock of ``timezone``."""
    zone = ZoneInfo(timezone)

    def at(moment: datetime) -> int:
        return int(moment.replace(tzinfo=zone).timestamp() * 1_000)

    midnight = datetime.combine(day, time())
    first = datetime.combine(day, start) if start is not None else midnight
    last = datetime.combine(day, end) if end is not None and end != time() else midnight + timedelta(days=1)
    if last <= first:
        raise ConfigError("--to", f"{end:%H:%M} is not after {start:%H:%M}", "give hours of one day")
    return Window(at(midnight), at(first), at(last))


def database_url(text: str) -> str:
    """A SQLAlchemy URL, also for the path of a SQLite file."""
    return text if "://" in text else f"sqlite+aiosqlite:///{Path(text).resolve()}"


def load(url: str, window: Window, timezone: str, name: str = "") -> PastDay:
    """Read the day and make it a scenario. Order of growth: the entries of about 40 hours.

    Raises ConfigError when the database or the day is of no use, ProviderError and Corrupt when it cannot be read.
    """
    check(url)
    journal = PastJournal(url)
    try:
        entries = journal.between(window.read_from_ms, window.read_until_ms, EVENTS, FACTS)
        story = read_story(entries, window, journal.config_at(window.start_ms))
    finally:
        journal.close()
    begins = datetime.fromtimestamp(window.zero_ms / 1_000, ZoneInfo(timezone)).replace(tzinfo=None)
    scenario = rebuild(story, begins, name)
    queues, total = actual(story, scenario)
    return PastDay(story, scenario, queues, total)
