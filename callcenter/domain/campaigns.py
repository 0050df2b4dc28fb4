"""Outbound campaigns: what the core must know of one that runs, what comes of a call, where a lead goes afterwards."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field

from callcenter.domain.leads import LeadState

DAY_MS = 86_400_000


class CampaignMode(StrEnum):
    """How a campaign's leads are called."""

    PREVIEW = "preview"
    """An agent is shown the lead and decides when it is dialled."""
    PROGRESSIVE = "progressive"
    """An idle agent's telephone picks up by itself, and then the lead is dialled: nobody who answers waits."""
    PREDICTIVE = "predictive"
    """The lead is dialled first; whoever answers is to have an agent within ``connect_ms``."""
    FLOW = "flow"
    """The lead is dialled first, and a flow speaks with whoever answers."""

    @property
    def agent_first(self) -> bool:
        """Whether an agent is on the line before the number is dialled."""
        return self in (CampaignMode.PREVIEW, CampaignMode.PROGRESSIVE)


class Outcome(StrEnum):
    """What came of one attempt to reach a lead."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    FAILED = "failed"  # switched off, no such number, or the carrier could not
    HUNG_UP = "hung_up"  # answered, and gone before anybody spoke
    ABANDONED = "abandoned"  # answered, and no agent came in time
    MACHINE = "machine"  # an answering machine, which was told who called
    WRONG_NUMBER = "wrong_number"
    PROMISED = "promised"
    CALL_AGAIN = "call_again"  # asked to be called at another time
    OPTED_OUT = "opted_out"  # does not want to be called any more
    NO_RESULT = "no_result"  # spoken with, but the agent filed nothing
    CANCELLED = "cancelled"  # the agent stopped the dialling
    STOPPED = "stopped"  # we did: opted out meanwhile, campaign paused
    AGENT_LOST = "agent_lost"
    LOST = "lost"  # the telephone system or we were away; whether it rang is not known
    NO_AGENT = "no_agent"  # nobody was free; the number was not dialled


TALKED = frozenset({Outcome.ANSWERED, Outcome.PROMISED, Outcome.CALL_AGAIN, Outcome.OPTED_OUT, Outcome.NO_RESULT})
"""Outcomes of attempts in which somebody spoke with the person."""
PICKED_UP = TALKED | {Outcome.WRONG_NUMBER, Outcome.HUNG_UP, Outcome.ABANDONED}
"""Outcomes of attempts in which a person answered."""
NOT_DIALLED = frozenset({Outcome.NO_AGENT})
"""Outcomes of a lead whose number was never dialled: no attempt."""
OURS = frozenset({Outcome.CANCELLED, Outcome.AGENT_LOST, Outcome.LOST, Outcome.STOPPED, Outcome.NO_AGENT})
"""Outcomes that say nothing about the person; a retry follows them whatever the rules by outcome say."""


class RetryRule(Struct, frozen=True):
    """After one outcome: call again after ``after_ms``, at most ``most`` times in all; 0: never."""

    after_ms: int
    most: int = 3


def usual_retries() -> dict[str, RetryRule]:
    """What a campaign does unless it says otherwise."""
    return {
        Outcome.BUSY: RetryRule(10 * 60_000),
        Outcome.NO_ANSWER: RetryRule(3 * 3_600_000),
        Outcome.REJECTED: RetryRule(DAY_MS, most=1),
        Outcome.FAILED: RetryRule(DAY_MS, most=1),
        Outcome.HUNG_UP: RetryRule(DAY_MS, most=1),
        Outcome.ABANDONED: RetryRule(3 * DAY_MS, most=1),
        Outcome.MACHINE: RetryRule(3 * 3_600_000, most=2),
        Outcome.CALL_AGAIN: RetryRule(DAY_MS),
    }


class RunningCampaign(Struct, frozen=True):
    """A campaign that runs, as the core decides by. Times in ms.

    ``queue`` is where its agents are; ``flow`` speaks in :attr:`CampaignMode.FLOW`, and hands on to queues itself.
    ``patience_ms`` is how long a lead is kept for an agent to get free before it goes back to the list. A flow says
    what came of its talk by the variable ``outcome``; ``results`` says which of the agents' dispositions mean which
    outcome, and one that is not there means ``answered``. ``attempts`` bounds the dialled attempts for each lead;
    ``retries`` says after which outcome it is tried again.
    """

    id: str
    names: dict[str, str] = field(default_factory=dict)
    on_behalf_of: dict[str, str] = field(default_factory=dict)
    """Who calls, by language, as it is said to a person for whom no agent is free."""
    mode: CampaignMode = CampaignMode.PREVIEW
    dials: bool = True
    """Whether it dials now; one that is paused is still known, for talks that go on."""
    queue: str = ""
    flow: str = ""
    script: str = ""
    """What agents say and ask; shown to them."""
    caller_number: str = ""
    ring_ms: int = 30_000
    connect_ms: int = 2_000
    patience_ms: int = 30_000
    attempts: int = 3
    retries: dict[str, RetryRule] = field(default_factory=usual_retries)
    machines: str = ""
    """Answering machines: empty, not looked for; ``message``, one is left; ``connect``, treated as people."""
    machine_message: dict[str, str] = field(default_factory=dict)
    """What is left, by language; empty: who called."""
    ours_after_ms: int = 60_000
    """How soon a lead is tried again after an outcome that was our own doing."""
    results: dict[str, str] = field(default_factory=dict)


class NextStep(Struct, frozen=True):
    """Where a lead goes after an attempt; ``due_ms`` only while it waits."""

    state: LeadState
    due_ms: int | None = None
