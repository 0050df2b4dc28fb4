"""The agents of a pool: who is idle, and how many of the others will be free by when."""

from __future__ import annotations

from math import exp

import numpy as np

from dialer.pacing.load import added_up, ages, cumulants
from dialer.pacing.spans import AGES, Floats, Spans, both_end_within, ends_within
from dialer.pacing.words import AgentMode

CONNECT_S = 2
"""A person who answered must have an agent within so many s: 16 CFR 310.4(b)(4)(iii), and ours everywhere."""
_TALK_PRIOR_S = 15.0
_WRAP_PRIOR_S = 6.0
_AWAY_MEMORY_S = 600.0
"""Over how long it is remembered how often idle agents were taken by other work."""

Work = tuple[AgentMode, str]
"""What an agent is at, and for which campaign."""


class Floor:
    """Agents, what they are at and since when, and the lengths of talk, wrap-up and other work as learned."""

    def __init__(self) -> None:
        self._at: dict[str, Work] = {}
        self._since: dict[Work, dict[str, float]] = {}
        self._spans: dict[Work, Spans] = {}
        self._tables: dict[Work, Floats] = {}
        self._leaving: set[str] = set()
        self._idle: set[str] = set()
        self._taken = 0.0
        self._taken_at_s = 0.0
        self._reach = np.zeros(0)

    @property
    def idle(self) -> int:
        """Agents who can take a call at once and did not ask to leave."""
        return len(self._idle)

    @property
    def present(self) -> int:
        """Agents who are there and did not ask to leave."""
        return len(self._at) - len(self._leaving)

    @property
    def talking(self) -> int:
        """Agents in talk with somebody whom a campaign reached: each holds a line."""
        return sum(len(who) for (mode, _), who in self._since.items() if mode is AgentMode.TALK)

    def talks(self, campaign: str) -> int:
        """How many talks of a campaign have ended."""
        spans = self._spans.get((AgentMode.TALK, campaign))
        return spans.seen if spans is not None else 0

    def is_at(self, agent: str, mode: AgentMode, campaign: str, now_s: float) -> None:
        """An agent began something. Who talks and is then free at once had a wrap-up of no length."""
        before = self._at.get(agent)
        if before is not None:
            self._ended(agent, before, mode, now_s)
        if mode is AgentMode.GONE:
            self._at.pop(agent, None)
            self._leaving.discard(agent)
            return
        work = (mode, campaign if mode in (AgentMode.TALK, AgentMode.WRAP) else "")
        self._at[agent] = work
        if mode is not AgentMode.IDLE:
            self._since.setdefault(work, {})[agent] = now_s
        elif agent not in self._leaving:
            self._idle.add(agent)

    def leaves(self, agent: str) -> None:
        """An agent asked for a break or to sign out: nothing new is dialled for them."""
        if agent in self._at:
            self._leaving.add(agent)
            self._idle.discard(agent)

    def stays(self, agent: str) -> None:
        """They took it back."""
        self._leaving.discard(agent)
        if (work := self._at.get(agent)) is not None and work[0] is AgentMode.IDLE:
            self._idle.add(agent)

    def _ended(self, agent: str, work: Work, then: AgentMode, now_s: float) -> None:
        mode, campaign = work
        if mode is AgentMode.IDLE:
            if agent in self._idle and then in (AgentMode.ELSEWHERE, AgentMode.GONE):
                self._taken = self._taken_by(now_s) + 1.0
                self._taken_at_s = now_s
            self._idle.discard(agent)
            return
        began = self._since[work].pop(agent)
        self._of(work).ended(max(0.0, now_s - began))
        if mode is AgentMode.TALK and then is AgentMode.IDLE:
            self._of((AgentMode.WRAP, campaign)).ended(0.0)

    def _of(self, work: Work) -> Spans:
        spans = self._spans.get(work)
        if spans is None:
            prior_s = _WRAP_PRIOR_S if work[0] is AgentMode.WRAP else _TALK_PRIOR_S
            spans = self._spans[work] = Spans(prior_s)
        return spans

    def _taken_by(self, now_s: float) -> float:
        return self._taken * exp(-max(0.0, now_s - self._taken_at_s) / _AWAY_MEMORY_S)

    def learn(self, horizons_s: tuple[int, ...], now_s: float) -> None:
        """Make the tables anew: P(free by horizon + 2 s | what, age)."""
        self._reach = np.array(horizons_s, dtype=np.float64) + CONNECT_S
        works = set(self._since) | {(AgentMode.WRAP, campaign) for _, campaign in self._since}
        alive = {work: self._of(work).survival(self._ages(work, now_s)) for work in sorted(works)}
        for (mode, campaign), survival in alive.items():
            wrap = alive[AgentMode.WRAP, campaign]
            columns = [
                both_end_within(survival, wrap, horizon + CONNECT_S)
                if mode is AgentMode.TALK
                else ends_within(survival, horizon + CONNECT_S)
                for horizon in horizons_s
            ]
            self._tables[mode, campaign] = cumulants(np.stack(columns, axis=1))

    def _ages(self, work: Work, now_s: float) -> Floats:
        since = self._since.get(work, {})
        if self._leaving.isdisjoint(since):
            return ages(since.values(), len(since), now_s, AGES - 1)
        staying = [begun for agent, begun in since.items() if agent not in self._leaving]
        return ages(staying, len(staying), now_s, AGES - 1)

    def free_by(self, now_s: float) -> Floats:
        """Cumulants of how many of the busy are free by each horizon + 2 s, less those whom other work will take."""
        taken = self._taken_by(now_s) / _AWAY_MEMORY_S * self._reach
        total: Floats = np.concatenate((-taken, taken, -taken))
        for work, table in self._tables.items():
            if self._since.get(work):
                total += added_up(table, self._ages(work, now_s))
        return total
