"""The search page and one contact's page, over real storage."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pytest

from callcenter.domain import effects as fx
from callcenter.storage import Storage
from callcenter.web.services import WebServices
from tests.web.conftest import Browser

from .conftest import CALLER, STORIES, story, tell
from .test_reach import listed

AsUser = Callable[[str], Awaitable[Browser]]

SEARCHES = [
    ("number=2210", set(STORIES)),
    ("number=9999", set()),
    ("customer=张", set(STORIES)),
    ("customer=李", set()),
    ("words=补卡", {"of-a1"}),
    ("words=limit", {"of-b1"}),
    ("words=pudong", {"of-a1", "of-a1-then-b1", "of-b1"}),
    ("agent=a1", {"of-a1", "of-a1-then-b1"}),
    ("queue=cards", {"of-a1", "lost-cards"}),
    ("disposition=solved&queue=loans", {"of-a1-then-b1", "of-b1"}),
    ("reason=abandoned_in_queue", {"lost-cards", "lost-loans"}),
    ("channel=chat", set()),
    ("recorded=yes", {"of-a1", "of-a1-then-b1", "of-b1"}),
    ("min_talk=1", {"of-a1-then-b1"}),
    ("from=2026-09-21&to=2026-09-21", set(STORIES)),
    ("from=2026-09-22", set()),
    ("to=2026-09-20", set()),
]


@pytest.mark.parametrize(("query", "contacts"), SEARCHES)
async def test_search(as_user: AsUser, query: str, contacts: set[str]) -> None:
    browser = await as_user("quality")
    page = (await browser.get(f"/contacts?{query}")).text
    assert listed(page) == contacts
    assert ("No contact fits." in page) == (not contacts)
    assert CALLER.removeprefix("+86") not in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("number=12", "at least its last four digits"),
        ("from=yesterday", "Write a date such as"),
        ("from=2026-09-22&to=2026-09-21", "The last day lies before the first"),
        ("min_talk=-3", "whole minutes"),
        ("min_talk=99999999", "whole minutes"),
        ("min_talk=１２", "whole minutes"),
    ],
)
async def test_what_can_not_be_looked_for_is_said_beside_its_field(as_user: AsUser, query: str, said: str) -> None:
    browser = await as_user("quality")
    answer = await browser.get(f"/contacts?{query}")
    assert answer.status_code == 200
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.parametrize("query", ["before=-1", "before=x", "before=99999999999999999999999"])
async def test_a_place_that_can_not_be_is_refused(as_user: AsUser, query: str) -> None:
    browser = await as_user("quality")
    assert (await browser.get(f"/contacts?{query}")).status_code == 422


async def test_hostile_and_long_searches(as_user: AsUser) -> None:
    browser = await as_user("quality")
    for text in ("<script>alert(1)</script>", "'; DROP TABLE contacts;--", "%00", "x" * 5_000, "\u202e\u0000😀"):
        answer = await browser.get("/contacts", params={"words": text, "customer": text, "queue": text})
        assert answer.status_code == 200, text[:20]
        assert "<script>alert" not in answer.text


async def test_pages_go_on_where_the_last_ended(as_user: AsUser, storage: Storage) -> None:
    seq = 10_000
    first = await storage.journal.last_seq()
    seq = first
    for n in range(120):
        seq = await tell(storage, f"more-{n:03}", story(f"more-{n:03}", "cards", ("a1",))[:1], seq)
    browser = await as_user("quality")
    seen: list[str] = []
    address = "/contacts?queue="
    for _ in range(4):
        html = (await browser.get(address, headers={"HX-Request": "true"})).text
        assert "<html" not in html
        seen += re.findall(r'href="/contacts/(more-\d+|[a-z0-9-]+)"', html)
        further = re.search(r'hx-get="([^"]+)"', html)
        if further is None:
            break
        address = further[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 120 + len(STORIES)
    assert seen[:2] == ["more-119", "more-118"]


async def test_notes_of_any_kind_are_shown_as_they_are(as_user: AsUser, storage: Storage) -> None:
    evil = "<img src=x onerror=alert(1)>"
    notes = {"long": "长" * 10_000, "emoji": "👩‍👩‍👧 😀 ok", "rtl": "نقل الحساب \u202e abc", "evil": evil}
    seq = await storage.journal.last_seq()
    for contact, note in notes.items():
        seq = await tell(storage, contact, story(contact, "cards", ("a1",), note), seq)
    browser = await as_user("quality")
    for contact, note in notes.items():
        answer = await browser.get(f"/contacts/{contact}")
        assert answer.status_code == 200
        assert (note in answer.text) == (note != evil), contact
        assert 'class="contact-note" dir="auto"' in answer.text
    listing = (await browser.get("/contacts")).text
    assert evil not in listing
    assert "长" * 100 not in listing


async def test_one_contact(as_user: AsUser) -> None:
    browser = await as_user("quality")
    page = (await browser.get("/contacts/of-a1-then-b1")).text
    for said in ("Anna, Ben", "Gold card", "Pudong", "贷款提前还款", "Kind of card", "Follow up on", "Export …"):
        assert said in page, said
    assert "13800002210" not in page
    assert "张建国" not in page
    assert 'data-src="/recordings/r-of-a1-then-b1?contact=of-a1-then-b1"' in page
    assert "Export …" not in (await (await as_user("anna")).get("/contacts/of-a1")).text


async def test_the_picture_of_both_sides(as_user: AsUser, services: WebServices) -> None:
    browser = await as_user("quality")
    drawn = (await browser.get("/recordings/r-of-a1/peaks?contact=of-a1")).json()
    left, right = drawn["sides"]
    half = len(left) // 2
    assert (drawn["duration_ms"], drawn["step_ms"], len(left)) == (2_000, 20, 100)
    assert set(left[:half]) == {49}
    assert set(left[half:]) == {0}
    assert set(right[:half]) == {0}
    assert set(right[half:]) == {49}
    record = (await services.contacts.recordings("of-a1"))[0]
    kept = services.recordings.path_of(record)
    assert kept.with_name(kept.name + ".peaks.json").is_file()
    kept.write_bytes(b"not sound at all")
    broken = await browser.get("/recordings/r-of-a1/peaks?contact=of-a1", headers={"Accept": "application/json"})
    assert broken.status_code == 503


async def test_marks_lie_where_the_sound_is(as_user: AsUser, storage: Storage, services: WebServices) -> None:
    """A pause is not in the file: what comes after it lies so much earlier there than on the clock."""
    contact, recording = "marked", "r-marked"
    common = {"contact": contact, "agent": "a1"}
    told: list[tuple[fx.Effect, ...]] = [
        *story(contact, "cards", ("a1",))[:2],
        (fx.RecordingChanged(contact=contact, recording=recording, state="started"),),
        (fx.HoldChanged(**common, on_hold=True),),
        (fx.HoldChanged(**common, on_hold=False),),
        (
            fx.PaymentModeChanged(**common, on=True),
            fx.RecordingChanged(contact=contact, recording=recording, state="paused"),
        ),
        (),
        (
            fx.PaymentModeChanged(**common, on=False),
            fx.RecordingChanged(contact=contact, recording=recording, state="resumed"),
        ),
        (fx.Transferred(**common, target="agent:a2", mode="warm"),),
    ]
    seq = await storage.journal.last_seq()
    await tell(storage, contact, told, seq)
    started = next(e.at_ms for e in await storage.contacts.timeline(contact) if "started" in str(e.effects))
    from callcenter.domain.records import RecordingRecord

    folder = services.recordings.path_of((await storage.contacts.recordings("of-a1"))[0]).parent
    (folder / "marked.wav").write_bytes((folder / "of-a1.wav").read_bytes())
    await storage.contacts.add_recording(
        RecordingRecord(recording, contact, "call", "marked.wav", started, 6_000, 1, "")
    )
    page = (await (await as_user("quality")).get(f"/contacts/{contact}")).text
    assert f'data-stretches="0,{started},3000;3000,{started + 5_000},3000"' in page
    assert re.findall(r'data-seek="(\d+)"', page) == ["1000", "3000", "3000", "4000"]
    assert 'class="wave-hold" x="166.67" width="166.67"' in page
