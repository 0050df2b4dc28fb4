"""Reviews, forms and candidates for the tests of what people do with scores."""

from __future__ import annotations

from callcenter.domain.reviews import Actor, Judgement, MarkedItem, Review
from callcenter.domain.sampling import Candidate, Method, SamplingPlan
from callcenter.quality.forms import Deduction, Form, Item, Section

LEADER, FIRST, SECOND = Actor("leader"), Actor("first"), Actor("second")
AGENT, OTHER_AGENT = Actor("zhang", "a1"), Actor("li", "a2")
FORM = Form(
    form="service",
    version=1,
    title="Service",
    sections=(
        Section(
            id="all",
            title={"zh": "全部", "en": "All"},
            items=(
                Item(id="greeting", title="Greeting", weight=40, rules=("greeting_missing",)),
                Item(id="care", title="Care", weight=60, scored="human"),
                Item(id="manners", title="Manners", fatal=True, rules=("rude_words",)),
            ),
        ),
    ),
    deductions=(Deduction(id="late", title="Late", rules=("late",), points=5, most=10),),
)


def review(**more: object) -> Review:
    return Review(id="r1", contact="c1", agent="a1", form="service", form_version=1, reviewer="first", **more)  # type: ignore[arg-type]


def judgement(by: str = "first", score: float = 90, *, fatal: bool = False, items: tuple[MarkedItem, ...] = ()):
    return Judgement(by=by, at_ms=1, round="first", score=score, fatal=fatal, items=items)


def plan(method: Method = Method.RANDOM, **more: object) -> SamplingPlan:
    usual: dict[str, object] = {"size": 10, "seed": "s", "reviewers": ("first",), "campaigns": ("loans",)}
    if method is not Method.CAMPAIGN:
        usual.pop("campaigns")
    return SamplingPlan(id="p1", title="Weekly", method=method, **{**usual, **more})  # type: ignore[arg-type]


def candidates(number: int, agents: int = 4) -> list[Candidate]:
    return [
        Candidate(
            contact=f"c{n}",
            agent=f"a{n % agents}",
            team=f"t{n % 2}",
            queue=("cards", "loans", "cards", "mortgage")[n % 4],
            campaign="loans" if n % 5 == 0 else "",
            risks=n % 3,
            survey=None if n % 2 else float(1 + n % 5),
            agent_days=n % 200,
        )
        for n in range(number)
    ]
