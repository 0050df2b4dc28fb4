"""The words of pacing: what campaigns ask for, what limits there are, and what is decided and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class DialMode(StrEnum):
    """How a campaign is dialled."""

    PREVIEW = "preview"
    """An idle agent is shown a lead and dials it; there is never more than one lead for each."""
    PROGRESSIVE = "progressive"
    """One line for each idle agent."""
    PREDICTIVE = "predictive"
    """More lines than idle agents, as far as the budget of abandoned calls allows."""


class AgentMode(StrEnum):
    """What an agent does, as far as pacing cares."""

    IDLE = "idle"
    TALK = "talk"
    """With a person whom a campaign reached."""
    WRAP = "wrap"
    ELSEWHERE = "elsewhere"
    """At work that no campaign dialled: a call that came in, a preview, a colleague's question."""
    GONE = "gone"
    """On a break or signed out."""


class PacingReason(StrEnum):
    """Why so many calls are dialled and no more."""

    NO_AGENT = "no_agent"
    """Nobody is idle and the mode dials for idle agents only."""
    IDLE_SERVED = "idle_served"
    """Each idle agent has a line: preview and progressive go no further."""
    AT_RISK = "at_risk"
    """One more call would be abandoned with more than the allowed chance, if it is answered."""
    LEARNING = "learning"
    """Too little is known yet of answers and talks: dialled progressively."""
    BUDGET_SPENT = "budget_spent"
    """The period has no abandoned call to spare: dialled progressively."""
    TRUNK_FULL = "trunk_full"
    """All lines are taken."""
    TOO_FAST = "too_fast"
    """The carrier takes no more calls in this second."""
    NO_LEADS = "no_leads"
    """Nothing is left to dial."""


@dataclass(frozen=True, slots=True)
class CampaignPacing:
    """What pacing must know of a campaign.

    ``cap`` is the share of people answering who may be abandoned in each counting period, 0 to 1.
    ``share`` weighs the campaign against others with the same agents.
    ``mistaken`` is the share of people whom machine detection takes for machines, as it was measured: they hear the
    message and count as abandoned, so it is taken off the cap. 0 where nothing is detected.
    """

    id: str
    mode: DialMode = DialMode.PREDICTIVE
    cap: float = 0.03
    share: float = 1.0
    mistaken: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.cap <= 1:
            raise ValueError(f"campaign {self.id}: cap is a share between 0 and 1, not {self.cap}")
        if self.share <= 0:
            raise ValueError(f"campaign {self.id}: share must be above 0, not {self.share}")
        if not 0 <= self.mistaken < 1:
            raise ValueError(f"campaign {self.id}: mistaken is a share below 1, not {self.mistaken}")


@dataclass(frozen=True, slots=True)
class Limits:
    """What the carrier allows; None is no limit. ``lines`` counts calls that ring, wait and talk."""

    lines: int | None = None
    calls_per_second: int | None = None


@dataclass(frozen=True, slots=True)
class Dial:
    """What to do for one campaign now: place a call for each of ``risks``.

    ``risks`` are the chances that each of them finds no agent in time if a person answers; hand them back to
    :meth:`~dialer.pacing.pacer.Pacer.dialled`. ``mode`` is what was in force, which is progressive where predictive
    dialling was not safe. ``facts`` are the figures the reason stands on.
    """

    campaign: str
    risks: tuple[float, ...]
    mode: DialMode
    reason: PacingReason
    facts: Mapping[str, float] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many calls."""
        return len(self.risks)
