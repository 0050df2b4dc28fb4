"""Campaigns as people make them: the request, its approval, its life, and the records of attempts. Plain data."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field

from callcenter.domain.campaigns import CampaignMode, RetryRule, usual_retries
from callcenter.domain.names import Names

PURPOSES = ("marketing", "service", "survey", "complaint", "verification", "collections")
"""What a call is for, as the regulation packs tell purposes apart."""
NUMBER_CLASSES = ("95", "96", "400", "fixed_own")
"""Kinds of numbers that may be shown to whoever is called."""


MACHINES = ("", "message", "connect")
"""Answering machines: not looked for; left a message; treated as people, with the variable ``machine`` set."""


class CampaignState(StrEnum):
    """Where a campaign is in its life."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"


class CampaignAct(StrEnum):
    """What people do to a campaign."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    START = "start"
    PAUSE = "pause"
    FINISH = "finish"


class Window(Struct, frozen=True):
    """Hours in which is called, in the called person's own time. ``weekday`` 0 is Monday; times are ``HH:MM``."""

    weekday: int
    begins: str
    ends: str


class CampaignSpec(Struct, frozen=True):
    """What a business department asks for. Times in ms, days as ``YYYY-MM-DD``.

    ``purpose`` is what the regulation packs ask about: ``marketing``, ``service``, ``survey``, ``complaint``,
    ``verification``, ``collections``. ``number_class`` is the kind of ``caller_number`` (``95``, ``400``, …).
    ``marks`` are what the script says of itself (``recording``, ``ai_label``). ``packs`` are regulation packs by name.
    ``cap`` is the share of people answering who may find no agent. ``daily_limit`` and ``total_limit`` bound dialled
    attempts; 0 is no limit.
    """

    names: Names
    goal: str = ""
    department: str = ""
    on_behalf_of: Names = field(default_factory=dict)
    purpose: str = ""
    product_kind: str = ""
    mode: CampaignMode = CampaignMode.PREVIEW
    queue: str = ""
    flow: str = ""
    script: str = ""
    caller_number: str = ""
    number_class: str = ""
    operator: str = "own"
    marks: tuple[str, ...] = ()
    packs: tuple[str, ...] = ("cn",)
    windows: tuple[Window, ...] = ()
    first_day: str = ""
    last_day: str = ""
    ring_ms: int = 30_000
    attempts: int = 3
    retries: dict[str, RetryRule] = field(default_factory=usual_retries)
    results: dict[str, str] = field(default_factory=dict)
    daily_limit: int = 0
    total_limit: int = 0
    cap: float = 0.03
    share: float = 1.0
    lines: int = 10
    """How many lines a campaign without agents uses at once."""
    calls_per_second: int = 0
    """How many are dialled within a second at most; 0: as many as the trunk takes."""
    machines: str = ""
    """What is done with answering machines: one of :data:`MACHINES`."""
    machine_message: Names = field(default_factory=dict)
    failure_share: float = 0.8
    """The campaign pauses when at least this share of its last calls failed or were refused; 0: never."""
    budget: float = 0.0
    """What its calls may cost in all, in the centre's currency; 0 is no limit."""
    price_minute: float = 0.0
    """What a minute of a line costs, as the budget is counted."""


class Campaign(Struct, frozen=True, kw_only=True):
    """A campaign as it is kept. ``version`` counts its changes: who saves names the one they saw."""

    id: str
    spec: CampaignSpec
    state: CampaignState = CampaignState.DRAFT
    version: int = 0
    requested_by: str = ""
    approved_by: str = ""
    note: str = ""
    """What was said with the last act: why it was rejected, why it paused."""
    changed_ms: int = 0


class Fault(Struct, frozen=True):
    """What is wrong with a request: field and code; the page has the sentence. ``detail`` names what it is about."""

    field: str
    code: str
    detail: str = ""


class PastAttempts(Struct, frozen=True):
    """What was tried of late with one person, over all campaigns; counts are of dialled attempts."""

    calls_7d: int = 0
    connected_today: int = 0
    unanswered_today: int = 0
    failures_in_row: int = 0
    last_talk_ms: int | None = None


class OptOut(Struct, frozen=True):
    """A person does not want to be called. ``source`` is the contact in which they said so, or who entered it."""

    number: str
    at_ms: int
    source: str
    reason: str = ""


class PacingSaid(Struct, frozen=True):
    """What pacing decided last: the mode in force (progressive where predictive was not safe) and why no more."""

    mode: str
    reason: str
    at_ms: int


class Funnel(Struct, frozen=True):
    """What a campaign's attempts came to: dialled ones by outcome, in all and ``today``.

    ``line_ms`` is for how long they held a line, from dialling to the end; ``first_today_ms`` is the quarter of an hour
    in which today's first one ended.
    """

    dialled: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    today: dict[str, int] = field(default_factory=dict)
    line_ms: int = 0
    first_today_ms: int | None = None

    @property
    def dialled_today(self) -> int:
        """Attempts that ended today."""
        return sum(self.today.values())


class CampaignQuarter(Struct, frozen=True):
    """A quarter of an hour of a campaign: dialled attempts that ended in it by outcome, and its agents' time in ms.

    ``present_ms`` is agents signed in and not on a break, ``busy_ms`` what of it they were not available, ``ahead_ms``
    how long of it was dialled predictively.
    """

    quarter_ms: int
    outcomes: dict[str, int] = field(default_factory=dict)
    line_ms: int = 0
    present_ms: int = 0
    busy_ms: int = 0
    ahead_ms: int = 0


class PacedTime(Struct, frozen=True):
    """Agents' time for one campaign since the last one was told, to be added to its quarter of an hour."""

    campaign: str
    quarter_ms: int
    present_ms: int
    busy_ms: int
    ahead_ms: int
