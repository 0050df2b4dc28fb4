"""Questions about a past morning: one being worked out, one answered, one that can not be."""

from __future__ import annotations

from callcenter.domain.what_if import (
    Answer,
    Compared,
    Interval,
    Job,
    MoreStaff,
    Note,
    OtherPolicy,
    OtherSkill,
    Question,
    Side,
    Stage,
)
from tests.web import samples

NOW = samples.NOW
DAY = ("2026-03-08", "10:00", "11:00")
ONE_MORE = Question(*DAY, MoreStaff(1, "queue:cards"))
Figures = tuple[float, float, float, float]
"""In time, abandoned, ASA in s, overflowed."""


def side(offered: float, figures: Figures, half: float) -> Side:
    within, abandoned, asa_s, overflowed = figures
    return {
        "offered": Interval(offered),
        "overflowed": Interval(overflowed),
        "within_level": Interval(within, half),
        "service_level": Interval(within / offered, half / offered),
        "abandoned": Interval(abandoned, half / 2),
        "asa_s": Interval(asa_s, half / 2),
    }


def compared(
    queue: str, offered: float, before: Figures, after: Figures, half: float, *, unlike: bool = False
) -> Compared:
    """A queue before and after; ``half`` is the half-width for counts in time."""
    sides = side(offered, before, 1.5 * half), side(offered, after, half)
    difference = {
        name: Interval(sides[1][name].mean - sides[0][name].mean, sides[1][name].half_width) for name in sides[0]
    }
    actual = {"service_level": sides[0]["service_level"].mean - 0.02}
    return Compared(queue, *sides, difference, 20_000, actual, ("service_level",) if unlike else ())


def answer(*, unlike: bool = False, notes: tuple[Note, ...] = ()) -> Answer:
    """One more answers twelve more of 140 in time."""
    return Answer(
        (
            compared("cards", 84, (52.4, 12.1, 34.2, 0), (63.6, 7.4, 19.8, 0), 3.6, unlike=unlike),
            compared("accounts", 41, (37.2, 1.3, 9.1, 0), (37.9, 1.2, 8.8, 0), 1.2),
            compared("elder", 15, (14.6, 0.2, 6.4, 0), (14.4, 0.2, 6.6, 0), 0.6),
        ),
        compared("", 140, (104.2, 13.6, 22.4, 0), (115.9, 8.8, 14.6, 0), 4.1),
        20,
        notes,
    )


def job(stage: Stage, question: Question = ONE_MORE, **more: object) -> Job:
    return Job("job-1", question, stage, NOW - 20_000, **more)  # type: ignore[arg-type]


def jobs() -> dict[str, Job]:
    """By who asked."""
    skill = Question(*DAY, OtherSkill("1001", "elder", 6))
    policy = Question(*DAY, OtherPolicy("cards", agents="highest_level"))
    return {
        "ops": job(Stage.DONE, answer=answer(unlike=True, notes=(Note("closed_by_hand", 1),)), runs=40, runs_in_all=40),
        "liqiang": job(Stage.RUNNING, skill, runs=17, runs_in_all=40),
        "admin": job(Stage.FAILED, policy, fault="nobody_came", first_day="2026-01-04", last_day="2026-03-09"),
    }
