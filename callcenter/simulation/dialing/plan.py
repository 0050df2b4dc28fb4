"""What a scenario of outbound dialling may say. Times count from the start of the run."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PositiveFloat, PositiveInt, model_validator

from callcenter.simulation.agent_plan import Break, Shift
from callcenter.simulation.durations import Duration, DurationField, Ms, Strict
from callcenter.simulation.queue_plan import Name
from dialer.pacing.words import DialMode

Share = Annotated[float, Field(ge=0, le=1)]
LAWS = ("pacer", "progressive", "ratio", "vicidial", "clairvoyant")


class Step(Strict):
    """The answer rate from a time on."""

    since: Ms
    share: Share


class Wave(Strict):
    """An answer rate that swings between two values, once in each ``every``."""

    low: Share
    high: Share
    every: Ms

    @model_validator(mode="after")
    def _upwards(self) -> Wave:
        if self.high < self.low or not self.every:
            raise ValueError("a wave needs low ≤ high, and every above 0")
        return self


class AnswerPlan(Strict):
    """Which share of calls is answered, by a person or a machine: ``share``, or ``steps`` of it, or a ``wave``."""

    share: Share | None = None
    steps: tuple[Step, ...] = ()
    wave: Wave | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: Any) -> Any:
        return {"share": data} if isinstance(data, int | float) and not isinstance(data, bool) else data

    @model_validator(mode="after")
    def _one(self) -> AnswerPlan:
        if (self.share is not None) + bool(self.steps) + (self.wave is not None) != 1:
            raise ValueError("write a share such as 0.3, or steps, or a wave")
        times = [step.since for step in self.steps]
        if times and (times[0] != 0 or times != sorted(times)):
            raise ValueError("steps begin at 0 and stand in the order of their times")
        return self


class Detection(Strict):
    """Machine detection: how long it listens, which share of machines it finds, which of people it takes for one."""

    takes: DurationField
    found: Share = 1.0
    mistaken: Share = 0.0


class Machines(Strict):
    """Answering machines among those who answer. Without ``detection`` all of them reach an agent."""

    share: Share = 0.0
    detection: Detection | None = None
    talk: Duration = Field(default_factory=lambda: Duration(law="fixed", fixed=8_000))
    """Until the agent hangs up on one."""


class OutboundPlan(Strict):
    """One campaign: how it is dialled, and what its people do."""

    mode: DialMode = DialMode.PREDICTIVE
    cap: Share = 0.03
    period: Ms | None = None
    """The counting period of the cap; the whole run where it is not said."""
    weight: PositiveFloat = 1.0
    leads: PositiveInt | None = None
    answers: AnswerPlan
    ring: Duration
    """Ringing until somebody answers; longer than ``ring_limit`` is not answered."""
    ring_limit: Ms = 30_000
    refused: Share = 0.3
    """Of the calls not answered: busy, switched off, invalid. The rest rings until the limit."""
    refused_after: Duration = Field(default_factory=lambda: Duration(law="fixed", fixed=4_000))
    machines: Machines = Field(default_factory=Machines)
    preview: DurationField
    """How long an agent reads the lead before dialling; only in mode preview."""
    talk: Duration
    wrap_up: DurationField


class OutboundTeam(Strict):
    """``count`` like agents; ``pace`` is how long they talk and write against the others: 1.5 is half as long again."""

    name: Name = "agent"
    count: PositiveInt = 1
    pace: PositiveFloat = 1.0
    shifts: tuple[Shift, ...] | None = None
    breaks: tuple[Break, ...] = ()


class Trunk(Strict):
    """What the carrier takes: calls at once, and new calls a second."""

    lines: PositiveInt | None = None
    calls_per_second: PositiveInt | None = None


class Inbound(Strict):
    """Calls that come in and are answered by the same agents, before anything dialled."""

    per_hour: Annotated[float, Field(gt=0)]
    handling: Duration
    patience: Ms = 60_000


class Law(Strict):
    """Who decides how many to dial; ``ratio`` is lines for each idle agent, ``max_level`` VICIdial's."""

    law: Literal["pacer", "progressive", "ratio", "vicidial", "clairvoyant"] = "pacer"
    ratio: PositiveFloat = 1.0
    max_level: PositiveFloat = 3.0

    @property
    def title(self) -> str:
        """How tables name it."""
        return f"ratio {self.ratio:g}" if self.law == "ratio" else self.law


def _law(value: Any) -> Any:
    if isinstance(value, str):
        if value not in LAWS or value == "ratio":
            raise ValueError(f"no law is called {value!r}; use one of {', '.join(LAWS)} (ratio as {{ratio: 2.5}})")
        return {"law": value}
    if isinstance(value, dict) and set(value) == {"ratio"}:
        return {"law": "ratio", **value}
    return value


LawField = Annotated[Law, BeforeValidator(_law)]


class DialScenario(Strict):
    """A whole scenario of outbound dialling."""

    name: str = ""
    horizon: Ms
    replications: PositiveInt = 10
    decides_every: Ms = 1_000
    notice: Ms = 60_000
    """How long before a shift's end or an idle agent's break nothing is dialled for them any more."""
    law: LawField = Law()
    peers: tuple[LawField, ...] = ()
    trunk: Trunk = Trunk()
    campaigns: dict[Name, OutboundPlan] = Field(min_length=1)
    agents: tuple[OutboundTeam, ...] = Field(min_length=1)
    inbound: Inbound | None = None

    @model_validator(mode="after")
    def _fits(self) -> DialScenario:
        if self.horizon < 60_000:
            raise ValueError("horizon must be at least a minute")
        if not 100 <= self.decides_every <= 10_000:
            raise ValueError("decides_every must be between 0.1s and 10s")
        for name, plan in self.campaigns.items():
            if plan.period is not None and plan.period < 60_000:
                raise ValueError(f"campaign {name}: a counting period is at least a minute")
            detection = plan.machines.detection
            if detection is not None and plan.cap and detection.mistaken >= plan.cap:
                raise ValueError(
                    f"campaign {name}: detection takes {detection.mistaken:g} of people for machines, and they count "
                    f"as abandoned; with a cap of {plan.cap:g} leave detection out"
                )
        return self
