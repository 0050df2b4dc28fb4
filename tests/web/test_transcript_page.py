"""A transcript on the contact's page: masked, shown whole with a reason; turns that lead to their place."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from callcenter.domain.access_records import AuditQuery
from callcenter.domain.config import CenterConfig
from callcenter.web.masking import masked_speech
from callcenter.web.services import WebServices
from callcenter.web.wording.transcription import reason_of
from callcenter.web.wording.words import words_for
from tests.web import samples
from tests.web.conftest import Browser, csrf_in
from tests.web.gallery import page_at
from tests.web.scenes import FIRST

CARD, PHONE, NAME = "6222021234567890", "幺三八零零零零二二幺零", "张建国"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("手机号幺三八零零零零二二幺零谢谢", "手机号***********谢谢"),
        ("卡号 六 二 二 二，零 二", "卡号 ******"),
        ("尾号 1 2 3 四 五", "尾号 *****"),
        ("一共三千五百元，第二十一天", "一共三千五百元，第二十一天"),
        ("my number is one three eight zero zero, thanks", "my number is *****, thanks"),
        ("one or two of them, four", "one or two of them, four"),
        ("卡号 6222021234567890", "卡号 622****7890"),
    ],
)
def test_numbers_are_hidden_as_they_are_said(said: str, shown: str) -> None:
    if "622202" in said:
        assert CARD not in masked_speech(said)
        return
    assert masked_speech(said) == shown


async def test_it_is_masked_for_everybody_and_whole_only_with_a_reason_on_record(
    browser_of: Callable[..., Browser], services: WebServices
) -> None:
    quality = browser_of()
    await quality.sign_in("zhangli")
    page = (await quality.get(f"/contacts/{FIRST}")).text
    assert "我的信用卡丢了" in page
    assert 'data-seek="6200"' in page
    for hidden in (CARD, PHONE, NAME):
        assert hidden not in page
    ask = {"contact": FIRST, "what": "messages", "reason": "", "note": ""}
    assert PHONE not in (await quality.post("/reveal", data=ask)).text
    whole = (await quality.post("/reveal", data={**ask, "reason": "complaint"})).text
    for hidden in (CARD, PHONE, NAME):
        assert hidden in whole
    assert 'id="turn-rec-1-1" dir="auto" hx-swap-oob="true"' in whole
    record = (await services.audit.page(AuditQuery(limit=1)))[0].record
    assert (record.act, record.subject) == ("unmasked", f"contact:{FIRST}")
    again = (await quality.get(f"/reveal?contact={FIRST}&what=messages")).text
    assert PHONE not in again
    assert "我的信用卡丢了" in again


async def test_an_agent_reads_their_own_masked_and_can_not_have_it_whole(browser_of: Callable[..., Browser]) -> None:
    agent = browser_of()
    await agent.sign_in("wangfang")
    page = (await agent.get(f"/contacts/{FIRST}")).text
    assert "我的信用卡丢了" in page
    assert "/reveal/form" not in page
    assert CARD not in page
    asked = {"contact": FIRST, "what": "messages", "reason": "legal"}
    assert (await agent.post("/reveal", data=asked)).status_code == 403


async def test_an_export_has_the_words_whole(browser_of: Callable[..., Browser]) -> None:
    quality = browser_of()
    await quality.sign_in("zhangli")
    answer = await quality.post(f"/contacts/{FIRST}/export", data={"reason": "asked for by the ombudsman"})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        story = next(archive.read(name).decode() for name in archive.namelist() if name.endswith(".html"))
    assert PHONE in story
    assert CARD in story
    assert "faster-whisper-small" in story


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("the worker broke off", "killed each time"),
        ("the recogniser hangs", "far too long"),
        ("call.wav is no WAV file: file does not start with RIFF id", "file is damaged"),
        (
            "call.wav: 6 channels of 16 bit at 8000 Hz; one or two of 16 bit at 8 or 16 kHz are wanted",
            "file is damaged",
        ),
        ("the file of recording r1 is not there", "file is missing"),
        ("the recording's entry is gone", "entry was removed"),
        ("the model tiny understands en, not 'zh'", "another language"),
        ("tiny is no model that Vosk can load (x): add it anew", "model is damaged"),
        ("the recogniser's library vosk is not there (x): install it", "not installed"),
        ("the recogniser can not be reached: refused", "can not be reached"),
        ("the recogniser failed: KeyError", "The recogniser failed."),
    ],
)
def test_each_reason_is_said_with_its_mend(trouble: str, said: str) -> None:
    assert said in reason_of(words_for("en", "UTC", CenterConfig()), trouble)


async def test_operators_see_the_backlog_and_bring_dead_jobs_back(
    browser_of: Callable[..., Browser], services: WebServices
) -> None:
    operator, quality = browser_of(), browser_of()
    await operator.sign_in("ops")
    page = (await operator.get("/admin/transcripts")).text
    assert "the worker broke off" in page
    assert "Its process was killed each time" in page
    assert "The file is damaged" in page
    assert "<dd>42</dd>" in page
    assert "<dd>2.2</dd>" in page
    token = csrf_in(page)
    answer = await operator.post("/admin/transcripts/again", data={"csrf": token, "recording": "rec-7"})
    assert answer.status_code == 303
    assert "rec-7" not in (await operator.get("/admin/transcripts")).text
    record = (await services.audit.page(AuditQuery(limit=1)))[0].record
    assert (record.act, record.subject) == ("transcription_again", "recording:rec-7")
    gone = await operator.post("/admin/transcripts/again", data={"csrf": token, "recording": "rec-7"})
    assert gone.status_code == 404
    await quality.sign_in("zhangli")
    assert (await quality.get("/admin/transcripts")).status_code == 403


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    async with page_at(samples.services(tmp_path), "zhangli", f"/contacts/{FIRST}") as page:
        yield page


@pytest.mark.browser
async def test_a_turn_leads_to_its_place_and_the_one_that_is_heard_is_marked(page: Page) -> None:
    wave = page.get_by_role("slider", name="Place in the recording")
    await page.get_by_role("button", name="Listen from 0:54").click()
    await expect(wave).to_have_attribute("aria-valuetext", "0:54")
    await expect(page.locator("[data-turn][aria-current]")).to_contain_text("前面说的")
    await expect(page.locator("[data-turn][aria-current]")).to_contain_text("unsure")
    await wave.focus()
    await page.keyboard.press("Home")
    await expect(page.locator("[data-turn][aria-current]")).to_have_count(0)
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("[data-turn][aria-current]")).to_contain_text("我的信用卡丢了")
