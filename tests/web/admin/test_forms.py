"""Forms of every section: faults beside fields, rows, matrices, calendars; quick with thousands of agents."""

from __future__ import annotations

import html
import re
import time

import msgspec

from callcenter.app.demo import demo_config
from callcenter.domain.config import AgentConfig
from callcenter.routing.policies import CONTACT_POLICIES
from callcenter.storage import Storage
from callcenter.web.app import create_app
from callcenter.web.services import WebServices
from tests.web.admin.forms import edit, fields, kept
from tests.web.conftest import Browser

PAGES = [
    "", "/queues", "/queues/new", "/queues/edit/credit_card", "/teams", "/teams/edit/group_1", "/alarms",
    "/alarms/edit/long_wait", "/chat_entries", "/chat_entries/edit/web", "/canned_replies",
    "/canned_replies/edit/card_loss", "/articles", "/articles/new", "/articles/edit/safe_box", "/misses",
    "/agents", "/agents/edit/1001", "/skills",
    "/roles", "/skill_names", "/break_reasons", "/dispositions", "/emergency_messages", "/numbers", "/calendars",
    "/calendars/new", "/channels", "/channels/edit/chat",
    "/prompts", "/files", "/versions/1",
]  # fmt: skip


async def test_every_page_opens_for_an_administrator_and_for_nobody_without_the_right(
    services: WebServices, admin: Browser
) -> None:
    others = [Browser(create_app(services)) for _ in range(3)]
    for other, name in zip(others, ("wangfang", "liqiang", "zhangli"), strict=True):
        await other.sign_in(name)
    for path in PAGES:
        assert (await admin.get(f"/admin{path}")).status_code == 200, path
        assert {(await other.get(f"/admin{path}")).status_code for other in others} == {403}, path
    for other in others:
        assert (await other.post("/admin/queues/edit/general", data={})).status_code == 403
        await other.http.aclose()


FORMS = (
    "/queues/edit/credit_card", "/teams/edit/group_1", "/alarms/edit/long_wait", "/agents/edit/1001", "/skills",
    "/roles", "/skill_names", "/break_reasons", "/dispositions", "/emergency_messages", "/numbers", "/prompts",
    "/chat_entries/edit/web", "/canned_replies/edit/card_loss", "/articles/edit/safe_box",
    "/channels/edit/voice", "/channels/edit/chat",
)  # fmt: skip


async def test_a_form_sent_as_it_is_changes_nothing(services: WebServices, admin: Browser) -> None:
    for path in FORMS:
        page = (await admin.get(f"/admin{path}")).text
        form = page[page.index("data-keeps") :]
        many: dict[str, list[str]] = {}
        for name, value in re.findall(
            r'name="(queues|teams|leaders|dispositions|languages|pauses|channels)" value="([^"]+)" checked',
            form,
        ):
            many.setdefault(name, []).append(value)
        agents = {"agents": re.findall(r'name="agents" value="([^"]+)"', form)} if path == "/skills" else {}
        answer = await admin.post(f"/admin{path}", data={**fields(page), **many, **agents})  # type: ignore[dict-item]
        assert answer.status_code == 303, answer.text[:400]
        assert await services.configuration.draft("admin") is None, path


async def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(
    services: WebServices, admin: Browser
) -> None:
    answer = await edit(admin, "/admin/queues/edit/general", wrap_up_ms="half a minute", names__zh="<b>新</b>")
    assert answer.status_code == 409
    assert 'value="half a minute"' in answer.text
    assert "&lt;b&gt;新&lt;/b&gt;" in answer.text
    assert re.search(r'id="f-wrap_up_ms-error".*?Write a number', answer.text, re.DOTALL)
    assert await services.configuration.draft("admin") is None
    await edit(admin, "/admin/queues/edit/general", wrap_up_ms="5000")
    page = (await admin.get("/admin/queues/edit/general?saved")).text
    assert re.search(r'id="f-wrap_up_ms-error".*?5000 s is out of range', page, re.DOTALL)
    draft = await services.configuration.draft("admin")
    assert draft is not None
    refused = await admin.post("/admin/draft/publish", data={"revision": str(draft.revision)})
    assert refused.status_code == 409
    assert "mended first" in refused.text


async def test_rows_are_added_changed_and_removed(services: WebServices, admin: Browser) -> None:
    await edit(
        admin,
        "/admin/queues/edit/general",
        overflow__0__target="queue:english",
        overflow__0__after_ms="2.5",
        skills__0__remove="yes",
        skills__1__skill="english",
        skills__1__level="2",
    )
    queue = (await kept(services)).queues["general"]
    assert [(o.target, o.after_ms) for o in queue.overflow] == [("queue:english", 2_500)]
    assert [(s.skill, s.level, s.required) for s in queue.skills] == [("english", 2, True)]


async def test_new_elements_need_an_id_of_their_own(services: WebServices, admin: Browser) -> None:
    for wrong in ("", "general", "a b", "x" * 41):
        answer = await edit(admin, "/admin/queues/new", id=wrong, names__zh="新")
        assert answer.status_code == 409, wrong
    assert (await edit(admin, "/admin/queues/new", id="loans", names__zh="贷款")).status_code == 303
    assert (await kept(services)).queues["loans"].names == {"zh": "贷款"}
    await admin.post("/admin/queues/remove/loans", data={})
    assert "loans" not in (await kept(services)).queues


async def test_channels_are_changed_and_neither_added_nor_taken_out(services: WebServices, admin: Browser) -> None:
    await edit(admin, "/admin/channels/edit/chat", capacity="5", pauses="voice")
    chat = (await kept(services)).channels["chat"]
    assert (chat.capacity, chat.pauses) == (5, ("voice",))
    page = (await admin.get("/admin/channels/edit/chat?saved")).text
    assert "an agent never gets calls" in html.unescape(page)
    assert "Chat: Contacts at once 3 → 5" in (await admin.get("/admin")).text
    for method, path in (("get", "new"), ("post", "new"), ("post", "remove/chat")):
        answer = await (admin.get if method == "get" else admin.post)(f"/admin/channels/{path}")
        assert answer.status_code == 404, path
    assert (await kept(services)).channels["chat"] == chat


async def test_an_agent_carries_what_the_channel_says_unless_it_is_written(
    services: WebServices, admin: Browser
) -> None:
    page = (await admin.get("/admin/agents/edit/1001")).text
    assert re.search(r'name="capacity.chat"[^>]*value=""[^>]*placeholder="3"', page)
    await edit(admin, "/admin/agents/edit/1001", capacity__chat="0")
    assert (await kept(services)).agents["1001"].capacity == {"chat": 0}
    await edit(admin, "/admin/agents/edit/1001", capacity__voice="2")
    page = (await admin.get("/admin/agents/edit/1001?saved")).text
    assert re.search(r'id="e-capacity.voice".*?2 is out of range', page, re.DOTALL)


async def test_policies_are_chosen_by_names_that_are_explained(services: WebServices, admin: Browser) -> None:
    page = (await admin.get("/admin/queues/edit/general")).text
    for policy in CONTACT_POLICIES:
        assert re.search(rf'type="radio" name="contact_policy" value="{policy}".*?class="field-hint">\w', page)
    await edit(admin, "/admin/queues/edit/general", contact_policy="generalised_c_mu", wait_cost="5")
    queue = (await kept(services)).queues["general"]
    assert (queue.contact_policy, queue.wait_cost) == ("generalised_c_mu", 5)
    overview = (await admin.get("/admin")).text
    assert "Whom a free agent serves first Priority and wait → Cost of waiting" in overview
    assert "the two policies do not compare" in overview


async def test_roles_can_not_lock_everybody_out(services: WebServices, admin: Browser) -> None:
    page = fields((await admin.get("/admin/roles")).text)
    page.pop("administrator.manage_users")
    await admin.post("/admin/roles", data=page)
    assert "nobody could ever give it again" in (await admin.get("/admin/roles")).text
    await admin.post("/admin/draft/submit", data={"note": ""})
    draft = await services.configuration.draft("admin")
    assert draft is not None
    assert not draft.submitted


async def test_the_matrix_changes_levels_and_keeps_what_is_wrong(services: WebServices, admin: Browser) -> None:
    page = fields((await admin.get("/admin/skills")).text)
    wrong = page | {"agents": "1001", "1001.general": "12"}
    answer = await admin.post("/admin/skills", data=wrong)
    assert answer.status_code == 409
    assert 'value="12"' in answer.text
    await admin.post("/admin/skills", data=page | {"agents": "1001", "1001.general": "", "1001.elder": "3"})
    assert (await kept(services)).agents["1001"].skills == {"credit_card": 6, "card_loss": 7, "elder": 3}


async def test_a_matrix_of_many_skills_can_still_be_sent(
    services: WebServices, storage: Storage, admin: Browser
) -> None:
    skills = {f"skill_{n:03}": 5 for n in range(200)}
    agents = {f"a{n:03}": AgentConfig(f"a{n:03}", f"坐席{n}", skills=skills) for n in range(100)}
    await storage.config.save(msgspec.structs.replace(demo_config(), agents={**demo_config().agents, **agents}))
    html = (await admin.get("/admin/skills?text=坐席&skill=skill_1")).text
    page = fields(html) | {"a003.skill_105": "9"}
    page["agents"] = re.findall(r'name="agents" value="([^"]+)"', html)  # type: ignore[assignment]
    assert (await admin.post("/admin/skills", data=page)).status_code == 303
    changed = (await kept(services)).agents
    assert changed["a003"].skills == {**skills, "skill_105": 9}
    assert {key for key in agents if changed[key] != agents[key]} == {"a003"}
    fresh = (await admin.get("/admin/skills?skill=chess")).text
    assert 'name="1001.chess"' in fresh


async def test_a_calendar_is_written_as_people_write_it(services: WebServices, admin: Browser) -> None:
    answer = await edit(
        admin,
        "/admin/calendars/new",
        id="branch",
        hours__0=(hours := "08:30-12:00, 13:30-20:00"),
        hours__5="9-10",
        new_year="2027",
    )
    assert answer.status_code == 409
    assert "Write hours like" in answer.text
    assert 'value="9-10"' in answer.text
    await edit(admin, "/admin/calendars/new", id="branch", hours__0=hours, new_year="2027")
    days = {"days__2027__holiday": "01-01, 10-01..10-03", "days__2027__workday": "01-03"}
    await edit(admin, "/admin/calendars/edit/branch", **days)
    calendar = (await kept(services)).calendars["branch"]
    assert [(h.weekday, h.start_minute, h.end_minute) for h in calendar.hours] == [(0, 510, 720), (0, 810, 1200)]
    assert calendar.days == {
        "2027-01-01": "holiday", "2027-01-03": "workday", "2027-10-01": "holiday", "2027-10-02": "holiday",
        "2027-10-03": "holiday",
    }  # fmt: skip
    assert "10-01..10-03" in (await admin.get("/admin/calendars/edit/branch")).text
    both = await edit(admin, "/admin/calendars/edit/branch", days__2027__workday="01-01")
    assert both.status_code == 409


async def test_script_in_every_field_is_shown_not_run(services: WebServices, admin: Browser) -> None:
    evil = "<script>alert(1)</script>"
    await edit(admin, "/admin/queues/edit/general", names__zh=evil, names__en=evil, music=evil)
    await edit(admin, "/admin/agents/edit/1001", name=evil, number=evil)
    await edit(admin, "/admin/break_reasons", reasons__0__names__en=evil)
    await edit(admin, "/admin/numbers", numbers__0__number=evil)
    for path in ("", "/queues", "/queues/edit/general", "/agents", "/agents?text=1001", "/break_reasons", "/numbers"):
        page = (await admin.get(f"/admin{path}")).text
        assert evil not in page
    assert "&lt;script&gt;" in (await admin.get("/admin/queues/edit/general")).text


async def test_five_thousand_agents_are_listed_searched_and_edited_quickly(
    services: WebServices, storage: Storage, admin: Browser
) -> None:
    many = {
        f"a{n:05}": AgentConfig(f"a{n:05}", f"坐席{n}", team="group_1", skills={"general": 5, "english": 5})
        for n in range(5_000)
    }
    big = msgspec.structs.replace(demo_config(), agents={**demo_config().agents, **many})
    await storage.config.save(big)
    took: dict[str, float] = {}
    for path in ("/agents", "/agents?text=坐席4999", "/agents/edit/a04999", "/skills", ""):
        await admin.get(f"/admin{path}")
        start = time.perf_counter()
        page = await admin.get(f"/admin{path}")
        took[path] = time.perf_counter() - start
        assert page.status_code == 200
        assert len(page.content) < 200_000
    assert "a04999" in (await admin.get("/admin/agents?text=坐席4999")).text
    start = time.perf_counter()
    await edit(admin, "/admin/agents/edit/a04999", name="新名字")
    took["save"] = time.perf_counter() - start
    assert max(took.values()) < 1.5, took
    assert (await kept(services)).agents["a04999"].name == "新名字"
