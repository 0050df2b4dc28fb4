"""Reviews, appeals, samples, risk cases and the report through their pages, with real stores behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from callcenter.app.reviewing import ReviewKeeper
from callcenter.domain.access_records import AuditQuery
from callcenter.domain.quality_records import Found
from callcenter.domain.reviews import ReviewState
from callcenter.domain.risk_cases import RiskState
from callcenter.quality.review.marks import lines
from callcenter.web.quality.acts import office_of
from callcenter.web.quality.forms import form_of
from callcenter.web.services import WebServices
from tests.web import samples
from tests.web.houses import reviews_house
from tests.web.review_samples import APPEALED, NEW, REVIEWED, RISKY, evaluation


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[WebServices]:
    async with reviews_house(tmp_path) as services:
        yield services


async def marked(house: WebServices, act: str, version: int = 1, **more: str) -> dict[str, str]:
    """A form filled in whole."""
    given = {"version": str(version), "act": act}
    for line in lines(await form_of(house, 0)):
        given |= {f"broken-{line.id}": "no"} if line.kind == "fatal" else {f"points-{line.id}": str(line.of)}
    return given | more


async def acts_on(house: WebServices, subject: str) -> list[tuple[str, str]]:
    rows = await house.audit.page(AuditQuery(subject=subject, limit=50))
    return [(row.record.actor, row.record.act) for row in reversed(rows)]


async def test_review_appeal_another_decides_acknowledged(house: WebServices, browser_as) -> None:
    first, agent, second = await browser_as("zhangli"), await browser_as("wangfang"), await browser_as("zhaomin")
    assert (await agent.get(f"/quality/mine/{NEW}")).status_code == 404, "nothing is shown before it is submitted"
    path = f"/quality/reviews/{NEW}"
    short = await first.post(path, data={"version": "1", "act": "submit", "points-greeting": "4"})
    assert short.status_code == 422
    assert "Score every line of the form." in short.text
    assert 'value="4"' in short.text, "what was typed stays"
    scored = await marked(house, "submit", note="先问好", **{"points-greeting": "3", "note-greeting": "没有问好"})
    assert (await first.post(path, data=scored)).status_code == 303
    shown = await agent.get(f"/quality/mine/{NEW}")
    assert "先问好" in shown.text
    assert "没有问好" in shown.text
    assert "13800002210" not in shown.text, "quotes are masked"
    without = await agent.post(f"/quality/mine/{NEW}/appeal", data={"reason": " "})
    assert (without.status_code, "Say why you do not agree." in without.text) == (422, True)
    appeal = {"reason": "我问好了", "items": "greeting"}
    assert (await agent.post(f"/quality/mine/{NEW}/appeal", data=appeal)).status_code == 303
    own = await first.post(path, data=await marked(house, "change", 3, answer="是的"))
    assert (own.status_code, "Who has judged it may not judge it again" in own.text) == (422, True)
    page = await second.get(path)
    assert "我问好了" in page.text
    silent = await second.post(path, data=await marked(house, "change", 3))
    assert "Answer the agent" in silent.text
    assert (await second.post(path, data=await marked(house, "change", 3, answer="听到了"))).status_code == 303
    assert (await agent.post(f"/quality/mine/{NEW}/acknowledge")).status_code == 303
    kept = await house.reviews.get(NEW)
    assert kept is not None
    assert (kept.state, [one.score for one in kept.judgements]) == (ReviewState.ACKNOWLEDGED, [95, 100])
    assert await acts_on(house, f"review:{NEW}") == [
        ("zhangli", "review_submit"),
        ("wangfang", "review_appeal"),
        ("zhaomin", "review_change"),
        ("wangfang", "review_acknowledge"),
    ]
    signed = await house.quality.evaluation(int(kept.evaluation))
    assert signed is not None
    assert signed.signed_ms is not None, "what a person signed is not scored again"


async def test_the_result_may_stay(house: WebServices, browser_as) -> None:
    second = await browser_as("zhaomin")
    answer = {"version": "1", "act": "uphold", "answer": "录音里没有问好"}
    assert (await second.post(f"/quality/reviews/{APPEALED}", data=answer)).status_code == 303
    shown = await (await browser_as("wangfang")).get(f"/quality/mine/{APPEALED}")
    assert "录音里没有问好" in shown.text
    assert "result upheld" in shown.text


async def test_another_agents_result_and_an_older_version_are_refused(house: WebServices, browser_as) -> None:
    first = await browser_as("zhangli")
    kept = await house.reviews.get(REVIEWED)
    assert kept is not None
    await house.reviews.save(replace(kept, agent="1009"), 1)
    agent = await browser_as("wangfang")
    for path in ("", "/appeal", "/acknowledge"):
        ask = agent.post if path else agent.get
        assert (await ask(f"/quality/mine/{REVIEWED}{path}")).status_code == 404
    stale = await first.post(f"/quality/reviews/{NEW}", data=await marked(house, "submit", 0))
    assert (stale.status_code, "Somebody changed this meanwhile" in stale.text) == (422, True)


async def test_what_was_drawn_at_random_is_scored_blind(house: WebServices, browser_as) -> None:
    kept = await house.reviews.get(NEW)
    assert kept is not None
    await house.reviews.save(replace(kept, random=True, weight=3), 1)
    page = await (await browser_as("zhangli")).get(f"/quality/reviews/{NEW}")
    assert "score it before you look" in page.text
    assert 'name="points-waiting" value=""' in page.text
    assert "hidden" in (await (await browser_as("zhangli")).get("/quality")).text


async def test_the_contacts_page_is_blind_for_its_reviewer_until_the_review_is_signed(
    house: WebServices, browser_as
) -> None:
    reviewer, other = await browser_as("zhangli"), await browser_as("zhaomin")
    kept = await house.reviews.get(NEW)
    assert kept is not None
    path, told = f"/contacts/{kept.contact}", "You review this contact blind"
    for name in (APPEALED, REVIEWED):
        rest = await house.reviews.get(name)
        assert rest is not None
        await house.reviews.save(replace(rest, contact="elsewhere"), 1)
    await house.reviews.save(replace(kept, random=True, weight=3), 1)
    blind = (await reviewer.get(path)).text
    assert (told in blind, "score-value" in blind, "turn-found" in blind) == (True, False, False)
    seen = (await other.get(path)).text
    assert (told in seen, "score-value" in seen) == (False, True), "only who is to judge is kept from it"
    assert (await reviewer.post(f"/quality/reviews/{NEW}", data=await marked(house, "submit", 2))).status_code == 303
    after = (await reviewer.get(path)).text
    assert (told in after, "score-value" in after) == (False, True)


async def test_a_comment_at_a_moment_reaches_the_agent(house: WebServices, browser_as) -> None:
    first = await browser_as("zhangli")
    path = f"/quality/reviews/{REVIEWED}/comments"
    assert (await first.post(path, data={"text": "这里很好", "moment": "65000"})).status_code == 303
    assert (await first.post(path, data={"text": " "})).status_code == 422
    shown = await (await browser_as("wangfang")).get(f"/quality/mine/{REVIEWED}")
    assert "1:05" in shown.text
    assert "这里很好" in shown.text


async def test_a_contact_is_reviewed_by_hand(house: WebServices, browser_as) -> None:
    first = await browser_as("zhangli")
    unknown = await first.post("/quality/reviews", data={"contact": "nobody"})
    assert (unknown.status_code, "There is no such contact" in unknown.text) == (422, True)
    done = next(one for one in house.contacts.records if one.ended_ms is not None and one.agent)  # type: ignore[attr-defined]
    made = await first.post("/quality/reviews", data={"contact": f" {done.id} "})
    assert made.status_code == 303
    assert (await first.get(made.headers["location"])).status_code == 200


async def test_a_review_is_handed_on_to_another_reviewer(house: WebServices, browser_as) -> None:
    first, second, leader = await browser_as("zhangli"), await browser_as("zhaomin"), await browser_as("liqiang")
    path = f"/quality/reviews/{NEW}/reviewer"
    assert (await leader.post(path, data={"version": "1", "to": "zhaomin"})).status_code == 403
    assert f"{NEW}/reviewer" in (await first.get(f"/quality/reviews/{NEW}")).text
    assert (await first.post(path, data={"version": "1", "to": "zhaomin"})).status_code == 303
    kept = await house.reviews.get(NEW)
    assert kept is not None
    assert (kept.reviewer, kept.state, kept.version) == ("zhaomin", ReviewState.ASSIGNED, 2)
    assert "To be reviewed by others" in (await first.get("/quality")).text
    assert f"/quality/reviews/{NEW}" in (await second.get("/quality")).text
    rows = await house.audit.page(AuditQuery(subject=f"review:{NEW}", limit=5))
    assert [(row.record.actor, row.record.act) for row in rows] == [("zhangli", "review_reassign")]
    assert (rows[0].record.detail["former_reviewer"], rows[0].record.detail["reviewer"]) == ("zhangli", "zhaomin")
    assert (await second.post(f"/quality/reviews/{NEW}", data=await marked(house, "submit", 2))).status_code == 303


@pytest.mark.parametrize(
    ("review", "version", "to", "said"),
    [
        (NEW, "1", "zhangli", "They are to review it already"),
        (NEW, "1", "wangfang", "Choose a reviewer from the list"),
        (NEW, "1", "", "Choose a reviewer from the list"),
        (NEW, "0", "zhaomin", "Somebody changed this meanwhile"),
        (REVIEWED, "1", "zhaomin", "The review has gone on meanwhile"),
    ],
)
async def test_a_review_is_not_handed_on_to(house: WebServices, browser_as, review, version, to, said) -> None:
    asked = await (await browser_as("zhangli")).post(
        f"/quality/reviews/{review}/reviewer", data={"version": version, "to": to}
    )
    assert (asked.status_code, said in asked.text) == (422, True)
    kept = await house.reviews.get(review)
    assert kept is not None
    assert (kept.reviewer, kept.version) == ("zhangli", 1)


async def test_who_has_judged_the_contact_or_served_it_is_not_given_its_review(house: WebServices, browser_as) -> None:
    kept, user = await house.reviews.get(NEW), await house.users.by_name("zhaomin")
    assert kept is not None
    assert user is not None
    await house.reviews.save(replace(kept, reviewer="zhaomin"), 1)
    planner, path = await browser_as("zhangli"), f"/quality/reviews/{NEW}/reviewer"
    judged = await planner.post(path, data={"version": "2", "to": "zhangli"})
    assert (judged.status_code, "Who has judged it may not judge it again" in judged.text) == (422, True)
    elsewhere = next(one.id for one in house.contacts.records if one.id != kept.contact)  # type: ignore[attr-defined]
    await house.reviews.save(replace(kept, id="other", contact=elsewhere, version=0), 1)
    await house.users.update(replace(user, agent_id="1001"))
    served = await planner.post("/quality/reviews/other/reviewer", data={"version": "1", "to": "zhaomin"})
    assert (served.status_code, "Nobody judges their own contact" in served.text) == (422, True)


async def test_a_plan_is_made_changed_and_draws_once(house: WebServices, browser_as) -> None:
    planner = await browser_as("zhangli")
    form = {"title": "每日", "method": "random", "period": "day", "number": "0", "of": "all", "random": "100"}
    form |= {"due_days": "5", "active": "yes", "reviewers": "zhaomin", "strata": "queue"}
    refused = await planner.post("/quality/plans", data=form)
    assert (refused.status_code, "1 to 5,000" in refused.text) == (422, True)
    made = await planner.post("/quality/plans", data={**form, "number": "3"})
    assert made.status_code == 303
    path = made.headers["location"]
    for period, said in (("2999-01-01", "not over yet"), ("soon", "no such period")):
        assert said in (await planner.post(f"{path}/draw", data={"period": period})).text
    assert (await planner.post(f"{path}/draw", data={"period": "2026-03-01"})).status_code == 303
    assert "drawn before" in (await planner.post(f"{path}/draw", data={"period": "2026-03-01"})).text
    old = await planner.post(path, data={**form, "number": "4", "version": "0"})
    assert old.status_code == 422
    assert (await planner.post(path, data={**form, "number": "4", "version": "1"})).status_code == 303


async def test_plans_draw_by_themselves_and_risky_contacts_are_locked(house: WebServices, browser_as) -> None:
    keeper = ReviewKeeper(office_of(house), house.risks)
    contact = samples.contact().id
    risky = Found("complaint_escalation", "risk", "customer", "", 1, 4_000, "我要投诉", 1.0)
    await house.quality.add_evaluation(evaluation(contact, agent="1001"), [risky])
    assert await keeper.lock_risky() == 1
    assert await keeper.lock_risky() == 0
    plan = await house.sampling.get("weekly")
    assert plan is not None
    assert await keeper.draw_due() == 0, "its last week was drawn"
    await house.sampling.save(replace(plan, id="daily", version=0), 1)
    assert await keeper.draw_due() == 1
    assert await keeper.draw_due() == 0
    assert ("machine", "risk_locked") in await acts_on(house, f"contact:{contact}")


async def test_a_locked_contact_is_closed_to_others_and_each_look_is_written_down(
    house: WebServices, browser_as
) -> None:
    contact = samples.contact().id
    case = await house.risks.get(RISKY)
    assert case is not None
    assert await house.risks.open(replace(case, id="mine", contact=contact, agent="1001"))
    leader, handler = await browser_as("liqiang"), await browser_as("zhangli")
    refused = await leader.get(f"/contacts/{contact}")
    assert (refused.status_code, "locked by a risk case" in refused.text) == (403, True)
    assert (await leader.get(f"/recordings/rec-1?contact={contact}")).status_code == 403
    assert "every look is noted" in (await handler.get(f"/contacts/{contact}")).text
    assert await acts_on(house, f"contact:{contact}") == [("zhangli", "locked_contact_seen")]
    assert await house.risks.save(replace(case, id="mine", contact=contact, state=RiskState.CLOSED, version=1), 5)
    assert (await leader.get(f"/contacts/{contact}")).status_code == 200


async def test_an_agent_reads_no_words_of_a_contact_that_a_case_locks(house: WebServices, browser_as) -> None:
    agent = await browser_as("wangfang")
    kept, case = await house.reviews.get(APPEALED), await house.risks.get(RISKY)
    assert kept is not None
    assert case is not None
    assert "<q" in (await agent.get(f"/quality/mine/{APPEALED}")).text
    assert await house.risks.open(replace(case, id="theirs", contact=kept.contact, agent="1001"))
    shown = (await agent.get(f"/quality/mine/{APPEALED}")).text
    assert "<q" not in shown
    assert "A risk case locks this contact" in shown


async def test_a_risk_case_is_assigned_followed_up_and_closed(house: WebServices, browser_as) -> None:
    handler, path = await browser_as("zhangli"), f"/quality/risks/{RISKY}"
    assert "late" in (await handler.get("/quality/risks")).text
    refused = await handler.post(path, data={"version": "1", "act": "assign", "to": ""})
    assert (refused.status_code, "Choose who follows it up" in refused.text) == (422, True)
    steps = (
        {"act": "assign", "to": "zhaomin"},
        {"act": "extend", "note": "客户出差", "due": "2026-03-20"},
        {"act": "close", "note": "已回访，客户满意"},
    )
    for n, step in enumerate(steps, 1):
        assert (await handler.post(path, data={**step, "version": str(n)})).status_code == 303
    closed = await house.risks.get(RISKY)
    assert closed is not None
    assert closed.state is RiskState.CLOSED
    assert [act for _, act in await acts_on(house, f"case:{RISKY}")] == ["risk_assign", "risk_extend", "risk_close"]


async def test_the_report_reaches_as_far_as_the_right(house: WebServices, browser_as) -> None:
    whole = (await (await browser_as("zhangli")).get("/quality/reports")).text
    assert "From 12 reviews drawn purely at random" in whole
    assert "Long silence" in whole
    mine = (await (await browser_as("wangfang")).get("/quality/reports?by=queue&first=x")).text
    assert "From 4 reviews drawn purely at random" in mine
    assert "long_silence" not in mine, "findings of the whole centre"
    for by in ("agent", "team", "queue", "campaign", "nonsense"):
        file = await (await browser_as("zhangli")).get(f"/quality/reports.xlsx?by={by}")
        assert (file.status_code, file.content[:2]) == (200, b"PK")
    assert ("zhangli", "quality_report_exported") in await acts_on(house, "")


async def test_who_has_no_right_gets_nowhere(house: WebServices, browser_as) -> None:
    agent = await browser_as("wangfang")
    assert (await agent.get("/quality")).headers["location"] == "/quality/mine"
    for path in ("plans", "risks", f"reviews/{NEW}", f"risks/{RISKY}", "plans/weekly"):
        assert (await agent.get(f"/quality/{path}")).status_code == 403
