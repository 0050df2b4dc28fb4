"""Reviews, risk cases and sampling on both databases; what is locked can not be deleted."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.exc import DBAPIError

from callcenter.domain.calibration import CalibrationSession
from callcenter.domain.errors import Rejected
from callcenter.domain.records import RecordingRecord
from callcenter.domain.reviews import Appeal, Comment, Judgement, MarkedItem, Review, ReviewState
from callcenter.domain.risk_cases import RiskAct, RiskCase, RiskState, RiskStep
from callcenter.domain.sampling import Draw, Drawn, Method, SamplingPlan
from callcenter.domain.scores import RuleHits, ScoreSum
from callcenter.storage import Storage
from tests.storage.quality_samples import evaluation, findings
from tests.storage.samples import T0, call, entries

ITEM = MarkedItem("greeting", "item", 40, 20, 40.0, ("greeting_missing",), "too\x00 late “")
REVIEW = Review(
    id="r1",
    contact="c1",
    agent="1001",
    form="service",
    form_version=1,
    reviewer="zhangli",
    due_ms=10,
    contact_ms=T0,
    weight=12.5,
    random=True,
    judgements=(Judgement("zhangli", 5, "first", 60, False, (ITEM,), "请先问好"),),
    appeal=Appeal("wangfang", 6, "问过好了", ("greeting",)),
)
CASE = RiskCase(id="k1", contact="c1", rules=("forbidden_promise",), opened_ms=1, due_ms=100, agent="1001")
PLAN = SamplingPlan(id="p", title="每周", method=Method.RISK, per_agent=2, reviewers=("zhangli",), seed="s")


async def _calls(storage: Storage, *contacts: str, **more: str) -> None:
    seq = 1
    for contact in contacts:
        told = entries(contact, call(contact, **more), seq)
        await storage.journal.append(told, 0)
        seq += len(told)


async def test_a_review_is_kept_whole_and_the_older_version_refused(storage: Storage) -> None:
    first = await storage.reviews.save(REVIEW, 7)
    assert (first.version, first.changed_ms) == (1, 7)
    clean = replace(ITEM, note="too late “")
    wanted = replace(first, judgements=(replace(REVIEW.judgements[0], items=(clean,)),))
    assert await storage.reviews.get("r1") == wanted
    second = await storage.reviews.save(replace(wanted, state=ReviewState.APPEALED), 8)
    for stale in (wanted, replace(wanted, version=0)):
        with pytest.raises(Rejected, match="r1"):
            await storage.reviews.save(stale, 9)
    assert await storage.reviews.get("r1") == second
    assert await storage.reviews.get("r2\x00") is None


async def test_of_two_that_save_at_once_one_is_told(storage: Storage) -> None:
    kept = await storage.reviews.save(REVIEW, 7)
    both = (storage.reviews.save(replace(kept, reviewer=name), 8) for name in ("a", "b"))
    done = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(isinstance(one, Rejected) for one in done) == [False, True]


async def test_reviews_are_found_by_whoever_looks(storage: Storage) -> None:
    others = (
        REVIEW,
        replace(REVIEW, id="r2", reviewer="zhaomin", due_ms=5, state=ReviewState.APPEALED, plan="p", period="2026-03"),
        replace(REVIEW, id="r3", agent="1005", contact="c3", due_ms=1, contact_ms=T0 + 99),
    )
    for one in others:
        await storage.reviews.save(one, 1)

    async def ids(**by: object) -> list[str]:
        return [one.id for one in await storage.reviews.listed(**by)]  # type: ignore[arg-type]

    assert await ids() == ["r3", "r2", "r1"]
    assert await ids(limit=1) == ["r3"]
    assert await ids(reviewer="zhangli") == ["r3", "r1"]
    assert await ids(agent="1001", states={ReviewState.APPEALED}) == ["r2"]
    assert [one.id for one in await storage.reviews.of_contact("c1")] == ["r1", "r2"]
    assert [one.id for one in await storage.reviews.of_draw("p", "2026-03")] == ["r2"]
    assert [one.id for one in await storage.reviews.between(T0, T0 + 99)] == ["r1", "r2"]


async def test_comments_come_by_moment(storage: Storage) -> None:
    for name, moment in (("a", None), ("b", 9_000), ("c", 2_000)):
        await storage.reviews.comment(Comment(name, "r1", "zhangli", 1, f"“{name}\x00", moment))
    assert [(one.id, one.text) for one in await storage.reviews.comments("r1")] == [
        ("c", "“c"),
        ("b", "“b"),
        ("a", "“a"),
    ]
    assert await storage.reviews.comments("r2") == []


async def test_a_calibration_session_is_kept(storage: Storage) -> None:
    made = CalibrationSession(
        id="s",
        title="三月",
        form="service",
        form_version=1,
        contacts=("c1",),
        reviewers=("a", "b"),
        made_by="a",
        made_ms=3,
    )
    kept = await storage.reviews.save_session(made)
    assert await storage.reviews.session("s") == kept
    assert await storage.reviews.sessions() == [kept]
    with pytest.raises(Rejected):
        await storage.reviews.save_session(made)


async def test_what_is_locked_is_not_deleted_by_anybody(storage: Storage) -> None:
    for name in ("c1", "c2"):
        await storage.contacts.add_recording(RecordingRecord(f"rec-{name}", name, "call", "x.wav", T0, 9, 1, "x"))
    assert await storage.risks.open(CASE)
    assert not await storage.risks.open(replace(CASE, id="k2")), "a contact has one case"

    async def delete(contact: str) -> None:
        async with storage.reviews._database.write() as connection:
            await connection.execute(sa.text("DELETE FROM recordings WHERE contact = :c"), {"c": contact})

    await delete("c2")
    with pytest.raises((DBAPIError, Exception), match="locked by a risk case"):
        await delete("c1")
    case = await storage.risks.of_contact("c1")
    assert case is not None
    step = RiskStep(RiskAct.CLOSE, "zhangli", 9, "已回访")
    closed = await storage.risks.save(replace(case, state=RiskState.CLOSED, steps=(step,)), 9)
    assert await storage.risks.listed() == []
    assert await storage.risks.listed(closed=True) == [closed]
    await delete("c1")
    assert await storage.contacts.recordings("c1") == []


async def test_an_open_case_can_not_be_deleted_to_unlock(storage: Storage) -> None:
    await storage.risks.open(CASE)
    with pytest.raises(Exception, match="locked by a risk case"):
        async with storage.reviews._database.write() as connection:
            await connection.execute(sa.text("DELETE FROM risk_cases"))


async def test_contacts_that_hit_a_risk_rule_are_found_once(storage: Storage) -> None:
    for name in ("c1", "c2"):
        await storage.quality.add_evaluation(evaluation(name), findings() if name == "c1" else findings()[:1])
    cases, last = await storage.risks.found(0)
    assert [(one.contact, one.rules, one.agent) for one in cases] == [("c1", ("complaint_escalation",), "1001")]
    assert await storage.risks.open(cases[0])
    assert await storage.risks.found(0) == ([], last)
    assert await storage.risks.found(last) == ([], last)


async def test_candidates_are_what_agents_served(storage: Storage) -> None:
    await _calls(storage, "c1", "c2")
    await storage.quality.add_evaluation(replace(evaluation("c1"), campaign="loans"), findings())
    found = {one.contact: one for one in await storage.sampling.candidates(0, 10**15)}
    assert set(found) == {"c1", "c2"}
    assert (found["c1"].agent, found["c1"].risks, found["c1"].campaign, found["c1"].agent_days) == (
        "1001",
        1,
        "loans",
        0,
    )
    assert (found["c2"].risks, found["c2"].campaign, found["c2"].survey) == (0, "", None)
    assert await storage.sampling.candidates(0, T0) == []


async def test_a_period_is_drawn_once(storage: Storage) -> None:
    plan = await storage.sampling.save(PLAN, 1)
    assert await storage.sampling.plans() == [plan]
    assert await storage.sampling.get("p") == plan
    with pytest.raises(Rejected):
        await storage.sampling.save(PLAN, 2)
    drawn = (Drawn("c1", "1001", True, "1001", 7.0),)
    made = Draw(plan="p", plan_version=1, period="2026-03", at_ms=5, by="li", population=7, wanted=2, drawn=drawn)
    review = replace(REVIEW, plan="p", period="2026-03")
    assert await storage.sampling.keep(made, [review])
    assert not await storage.sampling.keep(made, [replace(review, id="r9")])
    assert await storage.sampling.draw("p", "2026-03") == made
    assert await storage.sampling.draws("p") == [made]
    (kept,) = await storage.reviews.of_draw("p", "2026-03")
    assert (kept.id, kept.version) == ("r1", 1)


async def test_sums_count_what_counts(storage: Storage) -> None:
    await _calls(storage, "c1")
    first = evaluation("c1", score=50)
    for one in (first, replace(evaluation("c1", score=45), total=50), replace(evaluation("c2", score=0), fatal=True)):
        await storage.quality.add_evaluation(one, findings())
    await storage.quality.add_evaluation(evaluation("c3", score=None), [])
    assert await storage.score_figures.sums(T0, T0 + 1) == [ScoreSum("1001", "general", "", 2, 90, 1)]
    assert await storage.score_figures.sums(T0 + 1, T0 + 2) == []
    assert await storage.score_figures.coverage(0, 10**15) == (1, 1)
    assert RuleHits("dismissive", "service", 2) in await storage.score_figures.hits(T0, T0 + 1)
