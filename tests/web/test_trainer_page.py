"""The trainer's pages: what is shown of customers, verdicts and what speaks against them, models and who decides."""

from __future__ import annotations

from urllib.parse import quote

import httpx
import pytest

from callcenter.domain.training import Neighbour, Rollout, Training, TrainingStage, Verdict
from callcenter.web.services import WebServices
from tests.web.conftest import Browser, Browsers
from tests.web.trainer_samples import NEW, NOW, TrainerDouble, TrainingDouble


@pytest.fixture
def store(services: WebServices) -> TrainingDouble:
    assert isinstance(services.training, TrainingDouble)
    return services.training


@pytest.fixture
def trainer(services: WebServices) -> TrainerDouble:
    assert isinstance(services.trainer, TrainerDouble)
    return services.trainer


async def by_htmx(browser: Browser, path: str, data: dict[str, str]) -> httpx.Response:
    """As the page posts."""
    headers = {"X-CSRF-Token": browser.token, "HX-Request": "true"}
    return await browser.http.post(path, data=data, headers=headers)


async def signed_in(browser_of: Browsers, name: str) -> Browser:
    browser = browser_of()
    await browser.sign_in(name)
    return browser


def verdict(store: TrainingDouble, at: int, **more: str) -> dict[str, str]:
    one = store.said[at]
    return {"contact": one.contact, "message": str(one.message), **more}


async def test_what_was_said_is_masked_and_those_judged_are_left_out(
    browser_of: Browsers, store: TrainingDouble
) -> None:
    page = (await (await signed_in(browser_of, "admin")).get("/trainer")).text
    assert "卡好像被ATM吃掉了咋整" in page
    assert "6217000012345678" not in page
    assert "提额提到五万可以吗" not in page, "it has a verdict"
    assert "提额提到五万可以吗" in (await (await signed_in(browser_of, "admin")).get("/trainer?show=all")).text


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("refused=yes", "花呗怎么关", "我要投诉"),
        ("below=50", "花呗怎么关", "那个自动扣的会员费"),
        ("intent=complaint", "我要投诉", "花呗怎么关"),
        ("intent=nobody", "没有符合的句子", "花呗怎么关"),
    ],
)
async def test_filters(query: str, there: str, gone: str, browser_of: Browsers) -> None:
    page = (await (await signed_in(browser_of, "admin")).get(f"/trainer?{query}&lang=zh")).text
    assert there in page
    assert gone not in page


async def test_a_corrected_sentence_is_an_example_without_personal_data(
    browser_of: Browsers, store: TrainingDouble
) -> None:
    browser = await signed_in(browser_of, "admin")
    answer = await by_htmx(browser, "/trainer/review", verdict(store, 1, verdict="corrected", intent="limit_raise"))
    assert answer.status_code == 200, answer.text
    kept = store.said[1].review
    assert kept is not None
    assert (kept.verdict, kept.intent, kept.by) == (Verdict.CORRECTED, "limit_raise", "admin")
    assert kept.text == "帮我看下卡里还剩多少，尾号0000000000000000"
    assert 'data-review="done"' in answer.text
    undone = await by_htmx(browser, "/trainer/undo", verdict(store, 1))
    assert 'data-review="open"' in undone.text
    assert store.said[1].review is None


@pytest.mark.parametrize(
    ("near", "intent", "said"),
    [
        ([Neighbour("卡被ATM吃掉了咋整", "card_loss_report", 0.9)], "card_swallowed", "属于另一意图"),
        ([Neighbour("卡好像被ATM吃掉了咋整", "card_swallowed", 1.0)], "card_swallowed", "已有相同例句"),
        ([], "atm_ate_it", "还没有意图"),
    ],
)
async def test_what_speaks_against_an_example_is_asked_first(
    near: list[Neighbour], intent: str, said: str, browser_of: Browsers, store: TrainingDouble, trainer: TrainerDouble
) -> None:
    trainer.neighbours = near
    browser = await signed_in(browser_of, "admin")
    wish = verdict(store, 0, verdict="corrected", intent=intent)
    answer = await by_htmx(browser, "/trainer/review?lang=zh", wish)
    assert said in answer.text
    assert store.said[0].review is None
    plain = await browser.post("/trainer/review", data=wish)
    assert plain.status_code == 409, "without a script it can't be asked in the row"
    await by_htmx(browser, "/trainer/review", {**wish, "sure": "yes"})
    kept = store.said[0].review
    assert kept is not None
    assert kept.intent == intent


@pytest.mark.parametrize("intent", ["", "nlu_fallback", "Große Frage", "a" * 62, "x; drop", "卡"])
async def test_an_intent_must_have_a_name_that_files_take(
    intent: str, browser_of: Browsers, store: TrainingDouble
) -> None:
    browser = await signed_in(browser_of, "admin")
    answer = await browser.post("/trainer/review", data=verdict(store, 0, verdict="corrected", intent=intent))
    assert answer.status_code == 409
    assert store.said[0].review is None


async def test_groups_are_kept_as_examples_at_once(browser_of: Browsers, store: TrainingDouble) -> None:
    browser = await signed_in(browser_of, "admin")
    page = (await browser.get("/trainer/groups/found")).text
    assert "卡好像被ATM吃掉了咋整" in page
    assert "my card got eaten by the machine" in page
    keys = [f"{store.said[at].contact}-3" for at in (0, 4)]
    answer = await browser.post("/trainer/groups/take", data={"intent": "card_swallowed", "said": keys})
    assert answer.status_code == 303
    assert {one.text for one in await store.examples()} >= {store.said[0].text, store.said[4].text}
    file = (await browser.get("/trainer/examples.yml")).text
    assert "- intent: card_swallowed\n  examples: |\n    - 卡好像被ATM吃掉了咋整\n" in file


async def test_a_model_is_judged_beside_the_one_that_answers(browser_of: Browsers) -> None:
    page = (await (await signed_in(browser_of, "admin")).get(f"/trainer/models/{quote(NEW)}?lang=en")).text
    for said in (
        "94.1 %",
        "92.6 %",
        "95.3 %",
        "93.4 %",
        "0.092",
        "机器把我的卡吞进去了",
        "became right",
        "became wrong",
    ):
        assert said in page, said


async def test_progress_faults_and_what_to_mend(browser_of: Browsers, trainer: TrainerDouble) -> None:
    browser = await signed_in(browser_of, "admin")
    trainer.job = Training("t", "admin", NOW, TrainingStage.TRAINING, 2, 6)
    assert "第 3 步，共 6 步" in (await browser.get("/trainer/models?lang=zh")).text
    wrong = {"zh": "data/nlu.yml:7: 矛盾", "en": "data/nlu.yml:7: contradiction"}
    trainer.job = Training("t", "admin", NOW, TrainingStage.FAILED, fault="data_wrong", detail=wrong)
    assert "data/nlu.yml:7: 矛盾" in (await browser.get("/trainer/models?lang=zh")).text
    trainer.job = Training("t", "admin", NOW, TrainingStage.FAILED, fault="broke_off")
    assert "训练中途被终止" in (await browser.get("/trainer/models?lang=zh")).text


async def test_acts_on_models_and_their_refusals(browser_of: Browsers, trainer: TrainerDouble) -> None:
    browser = await signed_in(browser_of, "admin")
    acts = {
        "train": {},
        "submit": {"model": NEW, "share": "10", "note": "autumn"},
        "approve": {"number": "1"},
        "return": {"number": "1", "note": "no"},
        "roll-back": {},
    }
    for act, data in acts.items():
        assert (await browser.post(f"/trainer/models/{act}", data=data)).status_code == 303, act
    assert trainer.did == [
        ("train", "admin"),
        ("submit", "admin", NEW, 10, "autumn"),
        ("approve", "admin", 1),
        ("send_back", "admin", 1, "no"),
        ("roll_back", "admin"),
    ]
    trainer.refuse_with = "own_rollout"
    refused = await browser.post("/trainer/models/approve?lang=zh", data={"number": "1"})
    assert refused.status_code == 409
    assert "须由他人批准" in refused.text


async def test_who_may_approve_sees_the_button_and_the_author_does_not(
    browser_of: Browsers, store: TrainingDouble
) -> None:
    browser = await signed_in(browser_of, "admin")
    store.wishes.insert(0, Rollout(2, NOW, "ops", "", NEW, 10))
    assert 'id="approve"' in (await browser.get("/trainer/models")).text
    store.wishes[0] = Rollout(2, NOW, "admin", "", NEW, 10)
    assert 'id="approve"' not in (await browser.get("/trainer/models")).text


async def test_figures_by_intent_and_day(browser_of: Browsers) -> None:
    page = (await (await signed_in(browser_of, "admin")).get("/trainer/figures?lang=zh&share=handed_over")).text
    assert "自助率" in page
    assert "<svg" in page
    assert "72.2 %" in page, "130 of 180 contacts closed alone on the first day"
    odd = await (await signed_in(browser_of, "admin")).get(
        "/trainer/figures?from=2026-13-40&to=x&intent=nobody&share=y"
    )
    assert odd.status_code == 200


@pytest.mark.parametrize("who", ["wangfang", "liqiang", "zhangli", "ops"])
async def test_without_the_right_nothing_is_there(who: str, browser_of: Browsers, store: TrainingDouble) -> None:
    browser = await signed_in(browser_of, who)
    for path in ("", "/examples", "/groups", "/models", "/figures"):
        assert (await browser.get(f"/trainer{path}")).status_code == 403, path
    assert (await browser.post("/trainer/review", data=verdict(store, 0, verdict="accepted"))).status_code == 403
