"""Processor time of dial decisions: 200 predictive campaigns and 2,000 agents, asked once a second."""

from __future__ import annotations

import argparse
import random
import time

from dialer.pacing.pacer import Pacer
from dialer.pacing.words import AgentMode, CampaignPacing, DialMode
from scripts.benchmarks.report import Row, show

CAMPAIGNS, AGENTS = 200, 2_000
LIMIT_PERCENT = 20.0
_ANSWERS, _RING_MS, _TALK_MS, _WRAP_MS = 0.3, 9_000, 120_000, 20_000


class Centre:
    """One pool and people drawn for it; only the pacer's part is on the clock."""

    def __init__(self, campaigns: int, agents: int, chance: random.Random) -> None:
        self.names = [f"c{n}" for n in range(campaigns)]
        self.pacer = Pacer([CampaignPacing(name, DialMode.PREDICTIVE, cap=0.03) for name in self.names])
        self.chance = chance
        self.spent_s = 0.0
        self.idle = [f"a{n}" for n in range(agents)]
        self.ends: dict[int, list[tuple[str, str, str]]] = {}
        self.calls = 0
        for name in self.names:
            self.pacer.period(name, 0, 8 * 3_600_000)
        for agent in self.idle:
            self.pacer.agent_is(agent, AgentMode.IDLE, 0)

    def second(self, now: int) -> None:
        """What happened is told, and the decision of this second is made."""
        for what, who, campaign in self.ends.pop(now, []):
            self._happens(what, who, campaign, now)
        begun = time.process_time()
        dials = self.pacer.decide(now)
        self.spent_s += time.process_time() - begun
        for dial in dials:
            for risk in dial.risks:
                self.calls += 1
                call = str(self.calls)
                self.pacer.dialled(call, dial.campaign, now, risk)
                answers = self.chance.random() < _ANSWERS
                after = self.chance.gammavariate(5, _RING_MS / 5) if answers else 25_000
                self._then(now + after, "answered" if answers else "ended", call, dial.campaign)

    def _happens(self, what: str, who: str, campaign: str, now: int) -> None:
        if what == "ended":
            self.pacer.ended(who, now)
        elif what == "answered":
            self.pacer.answered(who, now)
            if not self.idle:
                self.pacer.dropped(who)
                return
            agent = self.idle.pop()
            self.pacer.connected(who)
            self.pacer.agent_is(agent, AgentMode.TALK, now, campaign)
            self._then(now + self.chance.expovariate(1 / _TALK_MS), "wrap", agent, campaign)
        elif what == "wrap":
            self.pacer.agent_is(who, AgentMode.WRAP, now, campaign)
            self._then(now + self.chance.expovariate(1 / _WRAP_MS), "idle", who, campaign)
        else:
            self.pacer.agent_is(who, AgentMode.IDLE, now)
            self.idle.append(who)

    def _then(self, at: float, what: str, who: str, campaign: str) -> None:
        self.ends.setdefault(-int(-at // 1_000) * 1_000, []).append((what, who, campaign))


def percent_of_a_core(pools: int, seconds: int) -> tuple[float, int]:
    """Of the last half of so many seconds; and how many calls were placed."""
    centres = [Centre(CAMPAIGNS // pools, AGENTS // pools, random.Random(n)) for n in range(pools)]
    for second in range(1, seconds + 1):
        if second == seconds // 2 + 1:
            for centre in centres:
                centre.spent_s = 0.0
        for centre in centres:
            centre.second(second * 1_000)
    measured = seconds - seconds // 2
    return 100 * sum(one.spent_s for one in centres) / measured, sum(one.calls for one in centres)


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(prog="scripts/bench dialer_load", description=__doc__)
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--quick", action="store_true", help="two minutes in place of twenty")
    options = parser.parse_args(argv)
    seconds = 120 if options.quick else 1_200
    rows = []
    for pools in (20, 200):
        share, calls = percent_of_a_core(pools, seconds)
        name = f"{pools} pools of {CAMPAIGNS // pools} campaigns and {AGENTS // pools} agents"
        rows.append(Row(name, "of a core", share, "%", limit=LIMIT_PERCENT))
        rows.append(Row(name, "calls placed", calls, ""))
    return show("Dial decisions", rows, as_json=options.json, notes=[f"{seconds} s, the second half measured."])


if __name__ == "__main__":
    raise SystemExit(main())
