"""The floor's notices: alarms, faults and an assistant that is away, each with words."""

from __future__ import annotations

import msgspec
import pytest

from callcenter.core.troubles import Troubles
from callcenter.domain import events
from callcenter.domain.alarms import Metric
from callcenter.domain.effects import AlarmRaised
from callcenter.domain.journal import JournalEntry
from callcenter.web import i18n
from callcenter.web.floor import alarms as floor_alarms
from callcenter.web.services import WebServices
from callcenter.web.wording.words import words_for
from tests.web import floor_samples, samples
from tests.web.conftest import Browsers
from tests.web.doubles import DeskDouble


@pytest.fixture
def desk(services: WebServices) -> DeskDouble:
    return floor_samples.furnish(services)


async def test_closing_shows_who_is_affected_and_takes_only_prepared_words(
    browser_of: Browsers, desk: DeskDouble
) -> None:
    browser = browser_of()
    await browser.sign_in("liqiang")
    dialog = (await browser.get("/floor/queues/cards/close")).text
    assert "3 customers wait here now" in dialog
    assert "Close now: 3 customers affected" in dialog
    assert "Our systems are down" in dialog
    queues = dialog[dialog.index('name="queue_target"') : dialog.index('name="flow_target"')]
    assert "<option" in queues
    assert "Regulator line" not in queues, "a closed queue is no place to go"
    for message, target, status in (("mine", "", 409), ("", "", 409), ("system", "javascript:x", 422)):
        body = {"command": "k", "act": "close_queue", "queue": "cards", "message": message, "target": target}
        assert (await browser.post("/floor/commands", json=body)).status_code == status
    assert desk.events == []
    quality = browser_of()
    await quality.sign_in("admin")
    assert (await quality.get("/floor/queues/cards/close")).status_code == 403


async def test_a_closed_queue_says_by_whom_and_where_to(browser_of: Browsers, desk: DeskDouble) -> None:
    browser = browser_of()
    await browser.sign_in("ops")
    row = (await browser.get("/floor")).text.split('data-key="queue-regulator"')[1].split("</tr>")[0]
    assert "closed by 李强" in row
    assert "→ Accounts" in row


async def test_the_wall_names_nobody(browser_of: Browsers, services: WebServices, desk: DeskDouble) -> None:
    browser = browser_of()
    await browser.sign_in("ops")
    wall = (await browser.get("/floor/wall?lang=zh")).text
    assert not [name for name in samples.PEOPLE if name in wall]
    assert "138****" not in wall
    assert "liqiang" not in wall
    assert 'data-theme="dark"' in wall
    assert "等待" in wall


async def test_faults_of_the_product_stand_until_somebody_looks(
    browser_of: Browsers, services: WebServices, desk: DeskDouble
) -> None:
    fault = AlarmRaised(code="core_failed", detail={"event": "LegEnded"})
    services.troubles.note(JournalEntry(1, samples.NOW, events.TelephonyLost(), (fault, fault)))
    desk.floor = msgspec.structs.replace(desk.floor, telephony_up=False)
    browser = browser_of()
    await browser.sign_in("ops")
    page = (await browser.get("/floor")).text
    assert "A fault of the product while handling LegEnded" in page
    assert "×2" in page
    assert "telephone system can't be reached" in page.replace("&#39;", "'")
    body = {"command": "k", "act": "acknowledge_trouble", "alarm": "core_failed:LegEnded"}
    assert (await browser.post("/floor/commands", json=body)).status_code == 200
    assert (await browser.post("/floor/commands", json=body)).json()["code"] == "alarm_gone"
    assert "LegEnded" not in (await browser.get("/floor")).text
    assert isinstance(services.troubles, Troubles)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_alarm_has_words_and_an_advice(language: str) -> None:
    i18n.compile_catalogues()
    words = words_for(language, "Asia/Shanghai", floor_samples.center())
    floor = floor_samples.floor()
    alarms = tuple(
        msgspec.structs.replace(floor.alarms[0], rule=metric.value, metric=metric, subject="cards", value=7, limit=9)
        for metric in Metric
    )
    shown = floor_alarms.shown_alarms(words, msgspec.structs.replace(floor, alarms=alarms), ())
    assert len(shown) == len(Metric)
    assert len({alarm.what for alarm in shown}) == len(Metric)
    for alarm in shown:
        assert alarm.do
        assert "%(" not in alarm.what
        assert language == "en" or not alarm.do.isascii(), alarm.do


async def test_an_assistant_that_is_away_stands_on_the_floor_until_it_is_back(
    browser_of: Browsers, services: WebServices, desk: DeskDouble
) -> None:
    down = [True]
    object.__setattr__(services, "assistant_down", lambda: down[0])
    browser = browser_of()
    await browser.sign_in("ops")
    assert "The assistant can't be reached" in (await browser.get("/floor")).text.replace("&#39;", "'")
    assert (await browser.get("/healthz")).json()["assistant"] == "down"
    assert "callcenter_assistant_up 0.0" in (await browser.get("/metrics")).text
    down[0] = False
    assert "The assistant can't be reached" not in (await browser.get("/floor")).text.replace("&#39;", "'")
    assert "callcenter_assistant_up 1.0" in (await browser.get("/metrics")).text
