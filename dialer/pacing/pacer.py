"""Decides how many calls to place now, for campaigns that share agents and lines."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from math import exp

import numpy as np

from dialer.pacing.budget import Budget
from dialer.pacing.choosing import Chooser, Standing
from dialer.pacing.floor import Floor
from dialer.pacing.lines import Lines
from dialer.pacing.rings import horizons
from dialer.pacing.words import AgentMode, CampaignPacing, Dial, DialMode, Limits

_LEARN_EARLY_S, _LEARN_S, _EARLY_S = 5.0, 20.0, 1_800.0
"""How often tables are made anew in the first half hour, and after it."""
_SHARE_MEMORY_S = 600.0
"""Over how long campaigns' shares are kept even."""
_NO_LEADS: Mapping[str, int] = {}


class _Campaign:
    """What the pacer keeps of one campaign."""

    __slots__ = ("budget", "config", "held", "lines", "served", "served_at_s")

    def __init__(self, config: CampaignPacing) -> None:
        self.config = config
        self.lines = Lines()
        self.budget = Budget(config.cap, config.mistaken)
        self.held: dict[str, float] = {}
        self.served = 0.0
        self.served_at_s = 0.0

    def served_by(self, now_s: float) -> float:
        """Answers of late, for each unit of share."""
        left = exp(-max(0.0, now_s - self.served_at_s) / _SHARE_MEMORY_S)
        return self.served * left / self.config.share


class Pacer:
    """One pool of agents and its campaigns. Told of everything that happens, asked how many to dial.

    Times are ms of any clock that does not run backwards. Nothing here reads a clock or draws a number, so the same
    observations give the same decisions.
    """

    def __init__(
        self, campaigns: Iterable[CampaignPacing], limits: Limits | None = None, floor: Floor | None = None
    ) -> None:
        self._campaigns = {config.id: _Campaign(config) for config in campaigns}
        self._weighs = any(one.config.mode is DialMode.PREDICTIVE for one in self._campaigns.values())
        self._limits = limits or Limits()
        self.floor = floor or Floor()
        self._of_call: dict[str, _Campaign] = {}
        self._placed: deque[int] = deque()
        self._begun_s: float | None = None
        self._learned_s = float("-inf")

    def period(self, campaign: str, now: int, length_ms: int, answers: int = 0, abandoned: int = 0) -> None:
        """A counting period of the cap begins at ``now``; calls can be dialled for ``length_ms`` of it.

        One that began in the past, before a restart, has the people who answered and were abandoned since.
        """
        self._campaigns[campaign].budget.period(now / 1_000, length_ms / 1_000, answers, abandoned)

    def agent_is(self, agent: str, mode: AgentMode, now: int, campaign: str = "") -> None:
        """An agent began something; in talk and wrap-up it is for ``campaign``."""
        self.floor.is_at(agent, mode, campaign, now / 1_000)

    def agent_leaves(self, agent: str) -> None:
        """An agent asked to go once they are free: from now on they count as gone."""
        self.floor.leaves(agent)

    def agent_stays(self, agent: str) -> None:
        """An agent no longer asks to go."""
        self.floor.stays(agent)

    def dialled(self, call: str, campaign: str, now: int, risk: float) -> None:
        """A call was placed, with the risk that :class:`~dialer.pacing.words.Dial` gave it."""
        place = self._of_call[call] = self._campaigns[campaign]
        place.lines.dialled(call, risk, now / 1_000)
        self._placed.append(now)

    def cancelled(self, call: str) -> None:
        """We gave up a ringing call, because its person may not be called any more."""
        self._of_call.pop(call).lines.cancelled(call)

    def ended(self, call: str, now: int) -> None:
        """A ringing call came to nothing: busy, not answered, refused, or a machine was detected."""
        self._of_call.pop(call).lines.ended(call, now / 1_000, answered=False)

    def answered(self, call: str, now: int) -> None:
        """A person answered and needs an agent within 2 s."""
        campaign = self._of_call[call]
        now_s = now / 1_000
        campaign.budget.answered(campaign.lines.ended(call, now_s, answered=True))
        campaign.held[call] = now_s
        campaign.served = campaign.served_by(now_s) * campaign.config.share + 1.0
        campaign.served_at_s = now_s

    def connected(self, call: str) -> None:
        """An agent took the person who answered; tell :meth:`agent_is` as well."""
        self._of_call.pop(call).held.pop(call)

    def dropped(self, call: str) -> None:
        """No agent came within 2 s: the person hears the message and counts as abandoned."""
        campaign = self._of_call.pop(call)
        campaign.held.pop(call)
        campaign.budget.dropped()

    def not_a_person(self, campaign: str) -> None:
        """An agent says that what answered was a machine."""
        self._campaigns[campaign].budget.not_a_person()

    def next_held(self) -> str | None:
        """Which person who answered an agent who got free should take.

        That of the campaign with the least slack; within it, whoever waits longest.
        """
        waiting = [campaign for campaign in self._campaigns.values() if campaign.held]
        if not waiting:
            return None
        return next(iter(min(waiting, key=lambda campaign: campaign.budget.slack).held))

    def decide(self, now: int, leads: Mapping[str, int] | None = None) -> tuple[Dial, ...]:
        """How many to dial now for each campaign, in their order, and why no more.

        ``leads`` says how many may be dialled at all, for campaigns where that is few. Placing the calls is up to the
        caller, who tells of each by :meth:`dialled`.
        """
        now_s = now / 1_000
        if self._weighs:
            self._learn(now_s)
        chooser = Chooser(self.floor, now_s, self._room(now), weighs=self._weighs)
        for name, campaign in self._campaigns.items():
            chooser.enter(
                Standing(
                    campaign.config,
                    campaign.lines,
                    campaign.budget,
                    held=len(campaign.held),
                    served=campaign.served_by(now_s),
                    leads=(leads or _NO_LEADS).get(name),
                )
            )
        return chooser.choose()

    def _room(self, now: int) -> tuple[int | None, int | None]:
        """Free lines, and calls that may be placed in this second."""
        lines, fast = self._limits.lines, self._limits.calls_per_second
        while self._placed and self._placed[0] <= now - 1_000:
            self._placed.popleft()
        taken = len(self._of_call) + self.floor.talking
        return (
            None if lines is None else max(0, lines - taken),
            None if fast is None else max(0, fast - len(self._placed)),
        )

    def _learn(self, now_s: float) -> None:
        if self._begun_s is None:
            self._begun_s = now_s
        every_s = _LEARN_EARLY_S if now_s < self._begun_s + _EARLY_S else _LEARN_S
        if now_s < self._learned_s + every_s:
            return
        self._learned_s = now_s
        ahead_s = horizons(np.sum([campaign.lines.rings.answers for campaign in self._campaigns.values()], axis=0))
        self.floor.learn(ahead_s, now_s)
        for campaign in self._campaigns.values():
            campaign.lines.learn(ahead_s)
