"""The page that asks what would have been: the form, the answer in words, table and chart, and every other end."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from callcenter.domain.what_if import (
    Change,
    Compared,
    Interval,
    MoreStaff,
    Note,
    OtherPolicy,
    OtherSkill,
    Question,
    Stage,
)
from callcenter.web.paired_chart import paired
from callcenter.web.services import WebServices
from callcenter.web.what_if.result import chart_rows, chart_title, rows_of
from callcenter.web.wording.what_if import FAULTS, NOTES, change_text, sentences
from callcenter.web.wording.words import Words, words_for
from tests.web import floor_samples, what_if_samples
from tests.web.conftest import Browser, Browsers
from tests.web.doubles import WhatIfDouble

STAFF = {"day": "2026-03-08", "start": "10:00", "end": "11:00", "kind": "staff", "count": "1", "where": "queue:cards"}
POLICY = {**STAFF, "kind": "policy", "queue": "cards", "agents": "highest_level", "contacts": ""}
SKILL = {**STAFF, "kind": "skill", "agent": "1001", "skill": "elder", "level": "0"}


@pytest.fixture
def what_if(services: WebServices) -> WhatIfDouble:
    floor_samples.furnish(services)
    assert isinstance(services.what_if, WhatIfDouble)
    return services.what_if


@pytest.fixture
def words() -> Words:
    return words_for("en", "Asia/Shanghai", floor_samples.center())


async def signed_in(browser_of: Browsers, name: str = "liqiang") -> Browser:
    browser = browser_of()
    await browser.sign_in(name)
    return browser


# --- asking


@pytest.mark.parametrize(
    ("form", "change", "end"),
    [
        (STAFF, MoreStaff(1, "queue:cards"), "11:00"),
        ({**STAFF, "count": "-3", "where": "team:一组", "end": "00:00"}, MoreStaff(-3, "team:一组"), "24:00"),
        (POLICY, OtherPolicy("cards", agents="highest_level"), "11:00"),
        ({**POLICY, "agents": "", "contacts": "longest_wait"}, OtherPolicy("cards", contacts="longest_wait"), "11:00"),
        (SKILL, OtherSkill("1001", "elder", 0), "11:00"),
        ({**STAFF, "day": "2026-03-09"}, MoreStaff(1, "queue:cards"), "11:00"),
    ],
)
async def test_the_form_makes_a_question_and_keeps_what_was_typed(
    form: dict[str, str], change: Change, end: str, browser_of: Browsers, what_if: WhatIfDouble
) -> None:
    browser = await signed_in(browser_of)
    answer = await browser.post("/what-if", data=form)
    assert (answer.status_code, answer.headers.get("location")) == (303, "/what-if"), answer.text
    assert what_if.jobs["liqiang"].question == Question(form["day"], "10:00", end, change)
    page = (await browser.get("/what-if")).text
    chosen = [form[name] for name in ("queue", "agents", "agent", "skill", "level", "where") if form.get(name)]
    if form["kind"] != "staff":
        chosen.remove(form["where"])
    for value in chosen:
        assert f'value="{value}" selected' in page
    assert f'value="{form["day"]}"' in page


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({**STAFF, "day": ""}, "day that has begun"),
        ({**STAFF, "day": "2026-03-10"}, "day that has begun"),
        ({**STAFF, "day": "20260308"}, "day that has begun"),
        ({**STAFF, "day": "0001-01-01"}, "day that has begun"),
        ({**STAFF, "start": "25:00"}, "time such as 10:00"),
        ({**STAFF, "end": "10:00"}, "after the first one"),
        ({**STAFF, "end": "x" * 5_000}, "after the first one"),
        ({**STAFF, "count": "0"}, "how many"),
        ({**STAFF, "count": "99"}, "how many"),
        ({**STAFF, "where": "queue:gone"}, "team or a queue"),
        ({**STAFF, "where": ""}, "team or a queue"),
        ({**POLICY, "agents": ""}, "at least one other order"),
        ({**POLICY, "agents": "nicest"}, "at least one other order"),
        ({**POLICY, "queue": "gone"}, "queue from the list"),
        ({**SKILL, "agent": "1010"}, "agent from the list"),
        ({**SKILL, "skill": "flying"}, "skill from the list"),
        ({**SKILL, "level": "11"}, "level from the list"),
        ({"kind": "staff"}, "team or a queue"),
    ],
)
async def test_what_can_not_be_asked_is_named_at_its_field(
    form: dict[str, str], said: str, browser_of: Browsers, what_if: WhatIfDouble
) -> None:
    browser = await signed_in(browser_of)
    answer = await browser.post("/what-if", data=form)
    assert answer.status_code == 422
    assert re.search(rf'class="field-error" id="f-\w+-error">[^<]*{said}', answer.text)
    assert what_if.jobs == {}


async def test_agents_of_other_teams_can_not_be_chosen_by_a_leader(browser_of: Browsers, what_if: WhatIfDouble) -> None:
    lead, ops = await signed_in(browser_of), await signed_in(browser_of, "ops")
    assert (await lead.post("/what-if", data={**SKILL, "agent": "1010"})).status_code == 422
    assert (await ops.post("/what-if", data={**SKILL, "agent": "1010"})).status_code == 303


@pytest.mark.parametrize("who", ["wangfang", "zhangli"])
async def test_without_the_right_nothing_is_there(who: str, browser_of: Browsers, what_if: WhatIfDouble) -> None:
    browser = await signed_in(browser_of, who)
    for answer in (
        await browser.get("/what-if"),
        await browser.get("/what-if/job"),
        await browser.post("/what-if", data=STAFF),
        await browser.post("/what-if/cancel"),
    ):
        assert answer.status_code == 403
    assert 'href="/what-if"' not in (await browser.get("/account")).text


async def test_one_question_at_a_time(browser_of: Browsers, what_if: WhatIfDouble) -> None:
    what_if.refuse_with = "what_if_running"
    browser = await signed_in(browser_of)
    answer = await browser.post("/what-if", data=STAFF)
    assert answer.status_code == 409
    assert "still being worked out" in answer.text
    assert 'value="queue:cards" selected' in answer.text


# --- while it is worked out


async def test_it_is_asked_for_again_until_it_is_over(browser_of: Browsers, what_if: WhatIfDouble) -> None:
    browser = await signed_in(browser_of)
    await browser.post("/what-if", data=STAFF)
    part = (await browser.get("/what-if/job")).text
    assert 'hx-get="/what-if/job" hx-trigger="every 1s"' in part
    assert "is being read" in part
    for stage, said in ((Stage.WAITING, "this one waits"), (Stage.RUNNING, "Run 17 of 40")):
        what_if.jobs["liqiang"] = what_if_samples.job(stage, runs=17, runs_in_all=40)
        part = (await browser.get("/what-if/job")).text
        assert said in part
        assert re.search(r'action="/what-if/cancel"><input type="hidden" name="csrf" value="[^"]+"', part)
    assert '<progress max="40" value="17">' in part
    what_if.jobs["liqiang"] = what_if_samples.job(Stage.DONE, answer=what_if_samples.answer())
    part = (await browser.get("/what-if/job")).text
    assert "hx-trigger" not in part
    assert re.search(r'role="status" id="what-if-said" hx-swap-oob="true">With 1 more agent', part)
    assert "hx-swap-oob" not in (await browser.get("/what-if")).text


async def test_cancelling(browser_of: Browsers, what_if: WhatIfDouble) -> None:
    browser = await signed_in(browser_of)
    await browser.post("/what-if", data=STAFF)
    assert (await browser.post("/what-if/cancel")).headers["location"] == "/what-if"
    assert what_if.jobs["liqiang"].stage is Stage.CANCELLED
    assert "It was cancelled." in (await browser.get("/what-if")).text


async def test_nobody_sees_anothers_question(browser_of: Browsers, what_if: WhatIfDouble) -> None:
    what_if.jobs["ops"] = what_if_samples.job(Stage.DONE, answer=what_if_samples.answer())
    lead = await signed_in(browser_of)
    assert "Nothing was asked yet." in (await lead.get("/what-if")).text
    assert "of 140" not in (await lead.get("/what-if/job")).text
    await lead.post("/what-if/cancel")
    assert what_if.jobs["ops"].stage is Stage.DONE


# --- the answer


async def test_the_answer_is_a_sentence_a_chart_and_a_table(browser_of: Browsers, what_if: WhatIfDouble) -> None:
    notes = (Note("disturbed", 3), Note("unheard_of", 1))
    found = what_if_samples.answer(unlike=True, notes=notes)
    what_if.jobs["liqiang"] = what_if_samples.job(Stage.DONE, answer=found)
    page = (await (await signed_in(browser_of)).get("/what-if")).text
    assert "about 12 more of 140 contacts would have been answered within 20 s (8–16)." in page
    assert "About 5 fewer would have hung up while waiting (3–7)." in page
    assert page.count('class="chart-ring"') == page.count('class="chart-square"') == 4
    assert "52.4 ± 5.4" in page
    assert "+11.2 ± 3.6" in page
    assert "−4.7 ± 1.8" in page
    assert "in Credit cards the day played again as it was does not come" in page
    assert "3 contacts are left out" in page
    assert "unheard_of" not in page
    assert "Really, the service level was 72.4 %; the day played again as it was gives 74.4 % (± 4.4)." in page
    headings = re.findall(r'<th scope="colgroup" colspan="3">([^<]+)', page)
    assert headings == ["Answered in time", "Service level (%)", "Hung up while waiting", "ASA (s)"]


@pytest.mark.parametrize("fault", [*FAULTS, "unheard_of"])
async def test_each_fault_says_what_to_do(fault: str, browser_of: Browsers, what_if: WhatIfDouble) -> None:
    what_if.jobs["liqiang"] = what_if_samples.job(Stage.FAILED, fault=fault, detail="scenario: <b>odd</b>")
    page = (await (await signed_in(browser_of)).get("/what-if")).text
    assert FAULTS.get(fault, FAULTS["broke_off"]).replace("'", "&#39;") in page
    assert ("scenario: &lt;b&gt;odd" in page) == (fault == "does_not_fit")


async def test_a_day_without_data_names_the_days_there_are(browser_of: Browsers, what_if: WhatIfDouble) -> None:
    failed = what_if_samples.job(Stage.FAILED, fault="nobody_came", first_day="2026-01-04", last_day="2026-03-09")
    what_if.jobs["liqiang"] = failed
    page = (await (await signed_in(browser_of)).get("/what-if")).text
    assert "Nobody asked for a person in these hours." in page
    assert "The journal tells of 2026-01-04 to 2026-03-09." in page


# --- words


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (MoreStaff(1, "team:一组"), "With 1 more agent in the team Team one between 10:00 and 11:00"),
        (MoreStaff(-2, "queue:cards"), "With 2 agents fewer in the queue Credit cards between 10:00 and 11:00"),
        (
            OtherPolicy("cards", "round_robin", "longest_wait"),
            "With agents by “In turn” and customers by “Longest wait” (also in queues that share agents) "
            "in queue Credit cards between 10:00 and 11:00",
        ),
        (OtherSkill("1001", "elder", 6), "Had 王芳 had the skill Senior customers at level 6 between 10:00 and 11:00"),
        (OtherSkill("1001", "elder", 0), "Had 王芳 not had the skill Senior customers between 10:00 and 11:00"),
    ],
)
def test_changes_in_words(change: Change, said: str, words: Words) -> None:
    assert change_text(words, Question("2026-03-08", "10:00", "11:00", change)) == said


@pytest.mark.parametrize(
    ("within", "abandoned", "said"),
    [
        (Interval(12.2, 4.1), Interval(0.2, 3.0), ["about 12 more of 140 contacts", "(8–16)"]),
        (
            Interval(-12.2, 4.1),
            Interval(5.0, 1.2),
            ["about 12 fewer of 140 contacts", "(8–16)", "5 more would have hung up"],
        ),
        (Interval(1.2, 3.0), Interval(0.0), ["no clear difference: of 140", "between 2 fewer and 4 more"]),
        (Interval(0.3, 0.1), Interval(0.0), ["no clear difference: of 140", "between 0 fewer and 0 more"]),
        (Interval(0.0), Interval(-0.2, 0.1), ["no clear difference"]),
    ],
)
def test_outcomes_in_words(within: Interval, abandoned: Interval, said: list[str], words: Words) -> None:
    found = what_if_samples.answer()
    difference = {**found.total.difference, "within_level": within, "abandoned": abandoned}
    answer = replace(found, total=replace(found.total, difference=difference))
    told = " ".join(sentences(words, what_if_samples.ONE_MORE, answer))
    for text in said:
        assert text in told
    assert ("hung up" in told) == (len(said) == 3)


def test_queues_with_other_targets_are_answered_in_time(words: Words) -> None:
    found = what_if_samples.answer()
    told = sentences(words, what_if_samples.ONE_MORE, replace(found, total=replace(found.total, level_ms=None)))
    assert "answered in time (each queue's own target)" in told[0]


def test_only_clear_differences_are_marked(words: Words) -> None:
    tones = {row.name: [cell.tone for cell in row.cells] for row in rows_of(words, what_if_samples.answer())}
    assert tones["Credit cards"] == ["better"] * 4
    assert tones["Elder line"] == [""] * 4
    found = what_if_samples.answer()
    turned = Compared(
        "cards",
        found.total.after,
        found.total.before,
        {k: Interval(-v.mean, v.half_width) for k, v in found.total.difference.items()},
    )
    (row, _) = rows_of(words, replace(found, queues=(turned,)))
    assert [cell.tone for cell in row.cells] == ["worse"] * 4


def test_of_many_queues_those_that_differ_most_are_drawn(words: Words) -> None:
    found = what_if_samples.answer()
    calm, moved = found.queues[1], found.queues[0]
    many = replace(found, queues=(*(replace(calm) for _ in range(14)), replace(moved, queue="loss")))
    rows = chart_rows(words, many)
    assert len(rows) == 11
    assert [name for name, _, _ in rows][-2:] == ["Card loss", "All queues"]
    assert chart_title(words, many) == "Service level of the 10 queues that differ most, %"
    assert chart_title(words, found) == "Service level by queue, %"
    assert [name for name, _, _ in chart_rows(words, replace(found, queues=(moved,)))] == ["Credit cards"]


def test_everything_can_be_said_in_chinese() -> None:
    chinese = words_for("zh", "Asia/Shanghai", floor_samples.center())
    told = sentences(chinese, what_if_samples.ONE_MORE, what_if_samples.answer())
    assert told[0] == "10:00–11:00 “信用卡”队列增加 1 名坐席，140 个联络中约多 12 个在 20 秒内接通（8–16 个）。"
    for text in (*FAULTS.values(), *NOTES.values()):
        assert chinese.gettext(text) != text


# --- the chart


def test_marks_stand_on_one_scale_within_the_picture() -> None:
    rows = [("A", Interval(50, 10), Interval(98, 8)), ("B" * 90, Interval(0, 5), Interval(100))]
    chart = paired(rows, 100)
    first, second = chart.pairs
    middle = (chart.left + chart.right) / 2
    assert first.first.at == pytest.approx(middle, abs=0.1)
    assert first.first.high - first.first.low == pytest.approx((chart.right - chart.left) / 5, abs=0.2)
    assert (first.second.high, second.first.low, second.second.at) == (chart.right, chart.left, chart.right)
    assert chart.left < 220
    assert [tick.text for tick in chart.ticks] == ["0", "25", "50", "75", "100"]
    assert first.first.middle < first.middle < first.second.middle < second.first.middle < chart.bottom < chart.height
