"""The reasons that desks and floor show, from the core's pictures."""

from __future__ import annotations

from callcenter.core.views import desk_view, floor_view
from callcenter.domain import events as ev
from callcenter.domain.views import ContactView
from tests.core.centre import Centre


def on_desk(centre: Centre, agent: str) -> ContactView:
    view = desk_view(centre.center, agent, centre.now)
    assert view is not None
    return view.contacts[0]


def why_nothing(centre: Centre, agent: str) -> str:
    view = desk_view(centre.center, agent, centre.now)
    assert view is not None
    return view.idle_why.code if view.idle_why is not None else ""


def test_the_desk_says_why_this_agent_got_it_and_the_next_one_why_they_did() -> None:
    centre = Centre()
    centre.ready("1001", "1002")
    contact = centre.call()
    first = centre.state(contact).offered_agent
    assert first == "1001"
    assert on_desk(centre, first).why.code == "best_agent"
    assert on_desk(centre, first).why.detail["asked"] == "dialled"
    centre(ev.OfferDeclined(agent=first, contact=contact))
    assert on_desk(centre, "1002").why.detail["said_no"] == ["1001"]
    centre.answer(contact)
    assert on_desk(centre, "1002").why.code == "best_agent"
    shown = next(c for c in floor_view(centre.center, centre.now).contacts if c.id == contact)
    assert shown.why.code == "best_agent"
    centre.restart()
    assert on_desk(centre, "1002").why.code == "best_agent"


def test_a_contact_that_waits_again_shows_what_it_was_queued_for() -> None:
    centre = Centre()
    centre.ready("1001")
    contact = centre.call()
    centre(ev.OfferDeclined(agent="1001", contact=contact))
    shown = next(c for c in floor_view(centre.center, centre.now).contacts if c.id == contact)
    assert shown.why.code == "dialled"


def test_a_freed_agent_sees_why_this_one_and_a_free_agent_why_nothing() -> None:
    centre = Centre()
    centre.ready("1001", "1002")
    assert why_nothing(centre, "1002") == "nobody_waits"
    busy, agent = centre.talking("12378")
    assert agent == "1001"
    waiting = centre.call("12378")
    assert why_nothing(centre, "1002") == "waiting_contacts_ask_for_more"
    assert why_nothing(centre, "1001") == ""
    centre.hang_up(busy)
    centre.advance(30_000)
    assert on_desk(centre, "1001").id == waiting
    assert on_desk(centre, "1001").why.code == "next_contact"
