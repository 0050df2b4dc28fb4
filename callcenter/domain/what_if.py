"""What would have been: a question about past hours, and its answer."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field


class MoreStaff(Struct, frozen=True, tag="staff"):
    """``count`` more (or fewer) agents during the hours asked about: in ``team:ID``, or of those of ``queue:ID``."""

    count: int
    where: str


class OtherPolicy(Struct, frozen=True, tag="policy"):
    """Another order in a queue; an empty policy stays as it was."""

    queue: str
    agents: str = ""
    """Which agent is asked first."""
    contacts: str = ""
    """Whom a free agent serves first."""


class OtherSkill(Struct, frozen=True, tag="skill"):
    """An agent has a skill at another level all day; 0: not at all."""

    agent: str
    skill: str
    level: int


Change = MoreStaff | OtherPolicy | OtherSkill


class Question(Struct, frozen=True):
    """The contacts that asked for a person on a day between two times of its clock, and what is to be different."""

    day: str
    """As ``2026-11-27``."""
    start: str
    """As ``10:00``."""
    end: str
    """As ``11:00``; ``24:00`` is the day's end."""
    change: Change


class Interval(Struct, frozen=True):
    """A mean, and half the width of its 95 % interval."""

    mean: float
    half_width: float = 0.0

    @property
    def low(self) -> float:
        """The interval's lower end."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """The interval's upper end."""
        return self.mean + self.half_width

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero, so that a difference is no accident."""
        return abs(self.mean) > self.half_width


Side = dict[str, Interval]
"""Figures by the names of docs/simulate.md."""


class Compared(Struct, frozen=True):
    """A queue (or all: ``queue`` is empty) as it was, as it would have been, and the difference taken run by run."""

    queue: str
    before: Side
    after: Side
    difference: Side
    level_ms: int | None = None
    """Within how long is in time; None where the queues have different targets."""
    actual: dict[str, float] = field(default_factory=dict)
    """What really happened, for those figures that were held against the simulation."""
    unlike: tuple[str, ...] = ()
    """The figures in which the simulation of the day as it was does not come to what happened."""


class Note(Struct, frozen=True):
    """Something a reader must know: a code and how often."""

    code: str
    count: int


class Answer(Struct, frozen=True):
    """Queues in which somebody came, and all together."""

    queues: tuple[Compared, ...]
    total: Compared
    runs: int
    notes: tuple[Note, ...] = ()


class Stage(StrEnum):
    """How far a job is."""

    WAITING = "waiting"  # others are being worked out
    READING = "reading"  # the journal
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Struct, frozen=True):
    """A question being worked out, or answered. Times in ms since 1970."""

    id: str
    question: Question
    stage: Stage
    since_ms: int
    runs: int = 0
    runs_in_all: int = 0
    answer: Answer | None = None
    fault: str = ""
    """Why there is no answer: a stable word."""
    detail: str = ""
    """What is wrong, for an operator; in English."""
    first_day: str = ""
    """The first and the last day the journal tells of, where that helps."""
    last_day: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""
        return self.stage in (Stage.DONE, Stage.FAILED, Stage.CANCELLED)
