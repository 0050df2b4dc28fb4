"""What the administration calls things: places of faults, and skills as the draft names them."""

from __future__ import annotations

import msgspec
import pytest

from callcenter.app.demo import demo_config
from callcenter.domain.config import Overflow, Reason
from callcenter.web.admin.places import place_in_words
from callcenter.web.i18n import compile_catalogues
from callcenter.web.services import WebServices
from callcenter.web.wording.words import words_for
from tests.web.admin.forms import edit, kept
from tests.web.conftest import Browser


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("queues.general.wrap_up_ms", "Queue General banking · Wrap-up"),
        ("queues.general.overflow[1].target", "Queue General banking · Overflow 2 · Target"),
        ("queues.gone.music", "Queue gone · Music"),
        ("alarms[1].limit", "Alarm Longest wait in a queue (long_wait) · Limit"),
        ("break_reasons[0].names", "Break reason Lunch · Name"),
        ("prompts.position.zh", "Prompt Place in the queue · Chinese"),
        ("numbers.95000", "Number 95000"),
        ("caller_number", "Number shown to the called"),
        ("skill_names", "Skill names"),
        ("alarms[99].limit", "Alarm 100 · Limit"),
    ],
)
def test_a_place_is_said_in_words(place: str, said: str) -> None:
    compile_catalogues(only_stale=True)
    config = demo_config()
    assert place_in_words(words_for("en", "UTC", config), config, place) == said


async def test_lists_say_where_a_chat_goes_and_part_names_as_the_language_does(admin: Browser) -> None:
    entries = (await admin.get("/admin/chat_entries?lang=zh")).text
    assert ">流程 chat<" in entries
    assert "中文、英文" in entries
    teams = (await admin.get("/admin/teams?lang=zh")).text
    assert "综合业务、紧急挂失" in teams


async def test_a_fault_on_the_overview_names_its_place_in_words(admin: Browser, services: WebServices) -> None:
    general = services.desk.config().queues["general"]
    wrong = msgspec.structs.replace(general, overflow=(Overflow("queue:nowhere", after_ms=1_000),))
    config = msgspec.structs.replace(services.desk.config(), queues={**services.desk.config().queues, "general": wrong})
    await services.configuration.edit("admin", config, 0)
    page = (await admin.get("/admin?lang=en")).text
    assert "Queue General banking · Overflow 1 · Target" in page
    assert ">queues.general" not in page


async def test_a_skill_is_called_by_its_name_in_the_draft(admin: Browser, services: WebServices) -> None:
    named = (Reason("general", {"zh": "通用业务", "en": "Everyday banking"}),)
    config = msgspec.structs.replace(services.desk.config(), skill_names=named)
    await services.configuration.edit("admin", config, 0)
    for path in ("/agents", "/agents/edit/1001", "/skills", "/queues"):
        page = (await admin.get(f"/admin{path}?lang=en")).text
        assert "Everyday banking" in page, path
        assert "credit_card" in page, f"{path}: a skill without a name is shown by its id"
    found = (await admin.get("/admin/agents?text=everyday&lang=en")).text
    assert "王晓梅" in found
    await edit(admin, "/admin/skill_names", reasons__0__names__en="Plain banking")
    assert (await kept(services)).skill_names[0].names["en"] == "Plain banking"
