"""Callbacks on the desk, on the floor and in a supervisor's hands."""

from __future__ import annotations

from callcenter.core.views import desk_view, floor_view
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import EndReason, Place
from callcenter.web import i18n
from callcenter.web.desk.regions import part_of, render_regions
from callcenter.web.wording.words import words_for
from tests.core.callback_centre import CUSTOMER, MINUTE, a_centre, accepted, book, dialled, dials, last, reasons


def test_a_supervisor_takes_a_callback_off_the_list_with_a_reason() -> None:
    centre = a_centre()
    callback = dialled(centre)
    centre(ev.CallbackCancelled(by="li", contact=callback, reason=" "))
    assert last(centre, ef.CommandRefused).code == "callback_reason"
    effects = centre(ev.CallbackCancelled(by="li", contact=callback, reason="settled by mail"))
    assert reasons(centre, callback) == [EndReason.CALLBACK_WITHDRAWN]
    assert [e.note for e in effects if isinstance(e, ef.CallbackWithdrawn)] == ["settled by mail"]
    assert centre.agent("1001") is AgentState.AVAILABLE
    centre(ev.CallbackCancelled(by="li", contact=callback, reason="again"))
    assert last(centre, ef.CommandRefused).code == "callback_gone"


def test_nobody_listens_in_before_anybody_speaks() -> None:
    centre = a_centre()
    callback = dialled(centre)
    centre(ev.SuperviseRequested(agent="1003", contact=callback, mode="listen"))
    assert last(centre, ef.CommandRefused).code == "nobody_to_listen_to"


def test_a_callback_is_handed_on_like_any_call_once_the_customer_is_there() -> None:
    centre = a_centre()
    callback = dialled(centre)
    centre(ev.LegAnswered(leg=centre.state(callback).customer_leg))
    centre.ready("1002")
    mode = ev.TransferMode.BLIND
    centre(ev.TransferRequested(agent="1001", contact=callback, target="agent:1002", mode=mode))
    assert (centre.state(callback).place, centre.state(callback).offered_agent) == (Place.OFFERED, "1002")
    centre.answer(callback)
    assert (centre.state(callback).place, len(dials(centre))) == (Place.TALKING, 1)


def test_the_agents_page_shows_the_callback_while_it_rings_and_while_the_customer_is_called() -> None:
    centre = a_centre()
    callback = book(centre)
    centre.advance(MINUTE)
    centre.ready("1001")
    view = desk_view(centre.center, "1001", centre.now)
    assert view is not None
    (card,) = view.contacts
    assert part_of(view, card) == "offered"
    assert card.callback is not None
    assert (card.callback.booked_ms, card.callback.attempt) == (centre.now - MINUTE, 1)
    accepted(centre, callback)
    view = desk_view(centre.center, "1001", centre.now)
    assert view is not None
    (card,) = view.contacts
    assert part_of(view, card) == "dialling"
    assert card.callback is not None
    assert card.callback.dialled_ms == centre.now
    i18n.compile_catalogues(only_stale=True)
    words = words_for("zh", "Asia/Shanghai", centre.center.state.config)
    drawn = render_regions(words, view, None, desk="desk-1001", telephony_up=True)
    assert "正在呼叫客户" in drawn["work"]
    assert 'data-act="hang_up"' in drawn["conversation"]
    assert CUSTOMER not in drawn["work"] + drawn["conversation"]


def test_the_floor_counts_callbacks_apart_from_those_on_the_line() -> None:
    centre = a_centre()
    book(centre)
    centre.advance(MINUTE)
    centre.call("95001", "13900000009")
    centre.advance(1_000)
    queue = next(q for q in floor_view(centre.center, centre.now).queues if q.id == "general")
    assert (queue.waiting, queue.callbacks_waiting, queue.longest_wait_ms) == (1, 1, 1_000)
