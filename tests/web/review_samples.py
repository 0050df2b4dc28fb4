"""Reviews in every state, in a real database: for their pages, the gallery and the browser."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec.structs import replace

from callcenter.domain.access import Role
from callcenter.domain.calibration import CalibrationSession
from callcenter.domain.quality_records import Evaluation, EvaluationStatus, Found, ItemResult
from callcenter.domain.records import ContactQuery, User
from callcenter.domain.reviews import Actor, Appeal, Comment, Mark, Review, ReviewAct, ReviewState
from callcenter.domain.risk_cases import RiskCase
from callcenter.domain.sampling import Draw, Drawn, Method, SamplingPlan
from callcenter.quality.review import calibration, life
from callcenter.quality.review.marks import judge
from callcenter.storage import Storage
from callcenter.web.quality.forms import form_lines, form_of
from callcenter.web.services import WebServices
from tests.web import samples

AGENT, FIRST, SECOND = Actor("wangfang", "1001"), Actor("zhangli"), Actor("zhaomin")
NEW, APPEALED, REVIEWED, RISKY = "new", "appealed", "reviewed", "risky"
OPEN, CLOSED = "march", "february"
DAY_MS = 86_400_000


def evaluation(contact: str, *, agent: str = "1001", at_ms: int = samples.NOW, score: float = 80) -> Evaluation:
    return Evaluation(
        contact=contact,
        rule_set=1,
        form="service",
        form_version=0,
        status=EvaluationStatus.SCORED,
        score=score,
        total=100.0,
        fatal=False,
        scored_at_ms=at_ms,
        agent=agent,
        queue="loss",
        campaign="",
        channel="voice",
        started_ms=at_ms - 600_000,
        items=(
            ItemResult("greeting", 0.0, 8.0, confidence=0.9, evidence=("greeting_missing",)),
            ItemResult("waiting", 5.0, 10.0, confidence=0.8, evidence=("long_silence",)),
            ItemResult("name", 6.0, 6.0),
            ItemResult("manners", 0.0, 0.0, fatal=True),
        ),
    )


FOUND = (
    Found("greeting_missing", "service", "agent", "greeting", None, None, "", 0.9),
    Found("long_silence", "service", "agent", "waiting", 2, 41_000, "请稍等，我查一下 13800002210", 0.8),
)


async def furnish(storage: Storage, sample: WebServices) -> None:
    """A review to do, one appealed, one the agent has to read, a plan with a draw, and a risk case."""
    contact = (await sample.contacts.list(ContactQuery(limit=1)))[0]
    await storage.users.add(User(0, "zhaomin", "赵敏", Role.QUALITY, samples._HASH, ""))
    number = await storage.quality.add_evaluation(replace(evaluation(contact.id), agent="1001"), FOUND)
    services = dataclasses.replace(sample, quality=storage.quality)
    marks = await good_marks(services)
    for n, name in enumerate((NEW, APPEALED, REVIEWED)):
        one = Review(
            id=name,
            contact=contact.id,
            agent="1001",
            team="day",
            form="service",
            form_version=0,
            reviewer=FIRST.name,
            queue="loss",
            contact_ms=samples.NOW - (n + 1) * DAY_MS,
            due_ms=samples.NOW + (n - 1) * DAY_MS,
            evaluation=str(number),
            machine_score=80,
            plan="weekly",
            period="2026-W10",
        )
        if name != NEW:
            one = await judged(services, one, marks)
        if name == APPEALED:
            told = Appeal(AGENT.name, samples.NOW - 3_600_000, "开头问过好了，录音 0:02 处。", ("greeting",))
            one = life.appealed(one, AGENT, told)
        await storage.reviews.save(one, samples.NOW - n)
    await storage.reviews.comment(Comment("k", REVIEWED, FIRST.name, samples.NOW, "这里可以先安抚客户", 12_000))
    await storage.risks.open(
        RiskCase(
            id=RISKY,
            contact="c-risky",
            rules=("complaint_escalation",),
            opened_ms=samples.NOW - 2 * DAY_MS,
            due_ms=samples.NOW - DAY_MS,
            agent="1005",
        )
    )
    plan = SamplingPlan(
        id="weekly", title="每周每人两通", method=Method.RISK, per_agent=2, reviewers=("zhangli", "zhaomin"), seed="s"
    )
    kept = await storage.sampling.save(plan, samples.NOW)
    drawn = tuple(Drawn(f"c{n}", "1001", n < 2, "1001", 9.0 if n < 2 else 0.0) for n in range(4))
    made = {"plan": kept.id, "plan_version": 1, "period": "2026-W10", "at_ms": samples.NOW, "by": "machine"}
    await storage.sampling.keep(Draw(**made, population=18, wanted=4, drawn=drawn), [])
    await calibrate(storage, services, contact.id, marks)
    for n in range(40):
        scored = evaluation(f"e{n}", agent=f"100{1 + n % 3}", at_ms=samples.NOW - (n % 9) * DAY_MS, score=60 + n)
        await storage.quality.add_evaluation(scored, FOUND)
        random = await judged(services, replace(one, id=f"x{n}", contact=f"e{n}", agent=f"100{1 + n % 3}"), marks)
        done = replace(random, state=ReviewState.ACKNOWLEDGED, random=True, weight=4.0 + n % 3, machine_score=60.0 + n)
        if n < 12:
            await storage.reviews.save(done, samples.NOW)


async def calibrate(storage: Storage, services: WebServices, contact: str, marks: list[Mark]) -> None:
    """A session that one of two reviewers has worked on, and one that is closed with a difference."""
    form = await form_of(services, 0)
    strict = [replace(one, points=0.0, note="没有报工号") if one.item == "name" else one for one in marks]

    def given(session: CalibrationSession, by: str, what: list[Mark]) -> CalibrationSession:
        told = judge(form, form_lines(form, None), what, by=by, at_ms=samples.NOW, round="calibration")
        return calibration.marked(session, contact, by, told)

    both = (FIRST.name, SECOND.name)
    begun = CalibrationSession(
        id=OPEN,
        title="三月校准",
        form="service",
        form_version=0,
        contacts=(contact,),
        reviewers=both,
        made_by=FIRST.name,
        made_ms=samples.NOW - DAY_MS,
    )
    await storage.reviews.save_session(given(begun, FIRST.name, marks))
    whole = given(given(replace(begun, id=CLOSED, title="二月校准"), FIRST.name, marks), SECOND.name, strict)
    ended = calibration.closed(whole, FIRST.name, samples.NOW, "工号必须完整报出。")
    await storage.reviews.save_session(ended)


async def good_marks(services: WebServices) -> list[Mark]:
    """Nearly everything right."""
    given = form_lines(await form_of(services, 0), None)
    return [Mark(line.id, 2.0 if line.id == "greeting" else line.of) for line in given]


async def judged(services: WebServices, review: Review, marks: list[Mark]) -> Review:
    """After its first review."""
    begun = replace(review, state=ReviewState.ASSIGNED, judgements=(), appeal=None)
    found = form_lines(await form_of(services, 0), evaluation("x"))
    told = judge(
        await form_of(services, 0),
        found,
        marks,
        by=FIRST.name,
        at_ms=samples.NOW,
        round="first",
        note="先问好，再报工号；其余很好。",
    )
    return life.judged(begun, ReviewAct.SUBMIT, FIRST, told)


@asynccontextmanager
async def with_reviews(sample: WebServices, folder: Path, *, bring_up) -> AsyncIterator[WebServices]:
    """The services with their stores of reviews in a real database."""
    path = f"sqlite+aiosqlite:///{folder / 'reviews.db'}"
    await asyncio.to_thread(bring_up, path)
    storage = await Storage.open(path)
    try:
        for user in await sample.users.all():
            await storage.users.add(user)
        await furnish(storage, sample)
        yield dataclasses.replace(
            sample,
            users=storage.users,
            credentials=storage.credentials,
            audit=storage.audit,
            quality=storage.quality,
            reviews=storage.reviews,
            risks=storage.risks,
            sampling=storage.sampling,
            score_figures=storage.score_figures,
        )
    finally:
        await storage.close()
