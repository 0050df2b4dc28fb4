"""Whatever happens in a centre, its figures are what a plain count of its journal comes to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from unittest import mock

import hypothesis.strategies as st
import msgspec
from hypothesis import HealthCheck, settings
from hypothesis.stateful import initialize, precondition, rule

from callcenter.domain import events as ev
from callcenter.domain.config import CenterConfig, Team
from callcenter.domain.contact import LegEndCause, Place
from callcenter.domain.figures import Abandons, AgentSums, QueueSums
from callcenter.reports import fold
from callcenter.reports.fold import Figures, from_journal
from tests.core.centre import config
from tests.core.test_attack import AGENTS, Attack
from tests.reports import plain

TEAMS = ("red", "blue")


def measured(**rules: Abandons) -> CenterConfig:
    """The centre of the attack with teams, and queues measured by different rules."""
    plain_config = config()
    queues = {
        name: msgspec.structs.replace(
            queue, abandons=rules.get(name, Abandons.SHORT_EXCLUDED), service_level_ms=9_000, short_abandon_ms=10_000
        )
        for name, queue in plain_config.queues.items()
    }
    agents = {
        name: msgspec.structs.replace(agent, team=TEAMS[int(name) % 2]) for name, agent in config(4).agents.items()
    }
    teams = {team: Team(team, {"en": team}) for team in TEAMS}
    return msgspec.structs.replace(plain_config, queues=queues, agents=agents, teams=teams)


SHORT_MS = 20_000


class Counting(Attack):
    """The attack on the core with agents who change teams, and intervals so short that everything crosses borders."""

    def do(self, event: ev.Event) -> None:
        """Time never stands still: up to nine seconds pass before everything that happens."""
        end = self.centre.now + len(self.centre.journal) * 7_919 % 9_001
        timers = self.centre.center.state.timers
        while due := sorted((at, name) for name, at in timers.items() if at <= end):
            self.centre.now = max(self.centre.now, due[0][0])
            super().do(ev.TimerFired(timer=due[0][1]))
        self.centre.now = max(self.centre.now, end)
        super().do(event)

    @initialize()
    def measure(self) -> None:
        self.do(ev.CenterConfigured(config=measured(card=Abandons.EXCLUDED)))

    @precondition(lambda self: self.live(Place.OFFERED))
    @rule(cause=st.sampled_from([LegEndCause.FAILED, LegEndCause.NO_ANSWER, LegEndCause.REJECTED]))
    def telephone_fails(self, cause: LegEndCause) -> None:
        self.do(ev.LegEnded(leg=self.live(Place.OFFERED)[0].offer_leg, cause=cause))

    @rule(agent=st.sampled_from(AGENTS), team=st.sampled_from(TEAMS))
    def team_changes(self, agent: str, team: str) -> None:
        now = self.centre.center.state.config
        moved = msgspec.structs.replace(now.agents[agent], team=team)
        self.do(ev.CenterConfigured(config=msgspec.structs.replace(now, agents={**now.agents, agent: moved})))

    def teardown(self) -> None:
        journal, now = self.centre.through_text(), self.centre.now
        with mock.patch.multiple(fold, INTERVAL_MS=SHORT_MS), mock.patch.multiple(plain, QUARTER=SHORT_MS):
            for until in (None, now):
                check_same(from_journal(journal, until), plain.count(journal, until))
        self.live_figures_are_the_sums_of_the_day(from_journal(journal), now)

    def live_figures_are_the_sums_of_the_day(self, figures: Figures, now: int) -> None:
        state = self.centre.center.state
        day = state.midnight(now)
        of_today = {key: sums for key, sums in figures.queues.items() if key[0] >= day}
        for queue in state.config.queues:
            today = QueueSums.of(sums for (_, name, _), sums in of_today.items() if name == queue)
            assert state.figures.queue_today(queue, day) == today
        for agent in state.config.agents:
            mine = [s for (at, name, *_), s in figures.agents.items() if name == agent and at >= day]
            assert state.figures.agent_today(agent, day) == AgentSums.of(mine)


class TestCounting(Counting.TestCase):
    """The same attack each time; ``CALLCENTER_EXPLORE=1`` draws new ones."""

    settings = settings(max_examples=60, stateful_step_count=50, suppress_health_check=list(HealthCheck))


def check_same(ours: Figures, theirs: plain.Counted) -> None:
    """Equal, figure by figure."""
    queues: dict[tuple[int, str], list[QueueSums]] = {}
    for (start, queue, _), sums in ours.queues.items():
        queues.setdefault((start, queue), []).append(sums)
    agents: dict[tuple[int, str, str], list[AgentSums]] = {}
    for (start, agent, team, _), sums in ours.agents.items():
        agents.setdefault((start, agent, team), []).append(sums)
    own = counted({key: QueueSums.of(some) for key, some in queues.items()})
    assert differences(own, counted(theirs.queues)) == {}
    own = counted({key: AgentSums.of(some) for key, some in agents.items()})
    assert differences(own, counted(theirs.agents)) == {}


def differences(ours: dict[Any, Any], theirs: dict[Any, Any]) -> dict[Any, Any]:
    """The rows that are not the same."""
    keys = [*ours, *(key for key in theirs if key not in ours)]
    return {key: (ours.get(key), theirs.get(key)) for key in keys if ours.get(key) != theirs.get(key)}


def counted(rows: Mapping[Any, Any]) -> dict[Any, dict[str, int]]:
    """Rows without what is nought."""
    plain_rows = {key: row if isinstance(row, dict) else msgspec.structs.asdict(row) for key, row in rows.items()}
    kept = {key: {name: value for name, value in row.items() if value} for key, row in plain_rows.items()}
    return {key: row for key, row in kept.items() if row}
