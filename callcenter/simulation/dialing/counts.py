"""What one run of outbound dialling counted, and its figures."""

from __future__ import annotations

from collections.abc import Iterable

from callcenter.simulation.dialing.staffing import Agent


class CampaignCount:
    """One campaign: dials in all, people who answered and were abandoned by counting period (of the answer)."""

    __slots__ = ("_length", "abandoned", "answers", "dials")

    def __init__(self, length: int, horizon: int) -> None:
        self._length = length
        self.dials = 0
        self.answers = [0] * (-(-horizon // length))
        self.abandoned = [0] * len(self.answers)

    def period(self, moment: int) -> int:
        """In which one a moment lies; what comes after the end belongs to the last."""
        return min(len(self.answers) - 1, moment // self._length)

    def shares(self) -> list[float]:
        """Abandoned of answers, by period; 0 where nobody answered."""
        return [lost / max(1, came) for lost, came in zip(self.abandoned, self.answers, strict=True)]


class Counts:
    """All campaigns and agents of a run; times in ms within the horizon."""

    def __init__(self, campaigns: dict[str, CampaignCount]) -> None:
        self.campaigns = campaigns
        self.answers = 0
        self._abandoned = 0
        self._busy = 0
        self._there = 0
        self._idle = 0
        self._spells = 0
        self._longest = 0

    def dialled(self, campaign: str) -> None:
        """A call was placed."""
        self.campaigns[campaign].dials += 1

    def answered(self, campaign: str, moment: int) -> None:
        """A person answered."""
        one = self.campaigns[campaign]
        one.answers[one.period(moment)] += 1
        self.answers += 1

    def abandoned(self, campaign: str, moment: int) -> None:
        """A person who answered at ``moment`` got the message in place of an agent."""
        one = self.campaigns[campaign]
        one.abandoned[one.period(moment)] += 1
        self._abandoned += 1

    def abandoned_share(self) -> float:
        """Of all who answered."""
        return self._abandoned / max(1, self.answers)

    def waited(self, agent: Agent, now: int, horizon: int) -> None:
        """An idle agent got something to do, or went."""
        spell = max(0, min(now, horizon) - min(agent.idle_since, horizon))
        self._idle += spell
        self._spells += 1
        self._longest = max(self._longest, spell)

    def worked(self, agent: Agent, now: int, horizon: int) -> None:
        """An agent has finished what they began."""
        if agent.busy_since is not None:
            self._busy += max(0, min(now, horizon) - min(agent.busy_since, horizon))
            agent.busy_since = None

    def left(self, agent: Agent, now: int, horizon: int) -> None:
        """An agent signed out or went on a break."""
        self._there += max(0, min(now, horizon) - min(agent.since, horizon))

    def end(self, agents: Iterable[Agent], horizon: int) -> None:
        """The run is over: those still there were there to the horizon."""
        for agent in agents:
            if agent.present:
                self.left(agent, horizon, horizon)
                self.waited(agent, horizon, horizon)

    def figures(self) -> dict[str, float]:
        """The figures of the whole run; shares between 0 and 1, times in s."""
        dials = sum(one.dials for one in self.campaigns.values())
        worst = max((share for one in self.campaigns.values() for share in one.shares()), default=0.0)
        return {
            "busy": self._busy / max(1, self._there),
            "abandoned_share": self.abandoned_share(),
            "worst_period": worst,
            "dials": dials,
            "answers": self.answers,
            "abandoned": self._abandoned,
            "agent_wait_s": self._idle / max(1, self._spells) / 1_000,
            "longest_agent_wait_s": self._longest / 1_000,
        }
