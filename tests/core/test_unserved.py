"""A queue that nobody signed in can serve any more: one alarm, its overflow, and the end of both."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from callcenter.core import unserved, views
from callcenter.core.alarms import AlarmBoard
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.alarms import UNSERVED_RULE, AlarmRule, Metric
from callcenter.domain.config import Calendar, Interval, Overflow
from callcenter.domain.contact import Place
from tests.core.callback_centre import press
from tests.core.centre import START_MS, Centre, config

GENERAL = f"{UNSERVED_RULE}:general"
MINUTE_MS = 60_000


def alarms(centre: Centre) -> list[tuple[str, bool]]:
    """Every beginning and end, in order."""
    return [(fact.alarm.id, fact.raised) for fact in centre.facts(ef.AlarmStood)]


def centre_with(**changes: object) -> Centre:
    """A centre whose general queue has these settings; nobody can overflow unless they say so."""
    centre = Centre()
    configure(centre, **{"overflow": (), **changes})
    return centre


def configure(centre: Centre, **changes: object) -> None:
    plain = config()
    queues = {**plain.queues, "general": msgspec.structs.replace(plain.queues["general"], **changes)}
    centre(ev.CenterConfigured(config=msgspec.structs.replace(plain, queues=queues)))


def test_a_hundred_customers_nobody_can_serve_are_one_alarm_and_it_ends_when_somebody_comes() -> None:
    centre = centre_with()
    centre.ready("1002")
    talk, _ = centre.talking()
    waiting = [centre.call() for _ in range(50)]
    assert alarms(centre) == []
    centre(ev.AgentSignedOut(agent="1002"))
    assert alarms(centre) == []
    centre.hang_up(talk)
    centre.advance(20_000)
    assert alarms(centre) == [(GENERAL, True)]
    waiting += [centre.call() for _ in range(50)]
    assert alarms(centre) == [(GENERAL, True)]
    assert [alarm.metric for alarm in views.floor_view(centre.center, centre.now).alarms] == [Metric.UNSERVED]
    centre(ev.AgentSignedIn(agent="1001", desk="d"))
    assert alarms(centre) == [(GENERAL, True), (GENERAL, False)]
    assert not centre.center.state.unserved
    assert {centre.state(contact).place for contact in waiting} == {Place.WAITING}
    assert not centre.facts(ef.AlarmRaised)


def test_each_queue_has_its_own_alarm() -> None:
    centre = centre_with()
    centre.ready("1002")
    centre.call("12378")
    assert alarms(centre) == [(f"{UNSERVED_RULE}:card", True)]
    centre(ev.AgentSignedOut(agent="1002"))
    centre.call()
    assert alarms(centre)[1:] == [(GENERAL, True)]
    centre.ready("1002")
    assert alarms(centre)[2:] == [(GENERAL, False)]


def test_its_customers_take_the_overflow_at_once_and_the_alarm_stays_till_somebody_is_there() -> None:
    centre = centre_with(overflow=(Overflow(target="queue:card", when_unstaffed=True),))
    waiting = centre.call()
    assert (centre.state(waiting).queue, centre.state(waiting).why.code) == ("card", "overflow_unstaffed")
    assert alarms(centre) == [(GENERAL, True), (f"{UNSERVED_RULE}:card", True)]
    for _ in range(3):
        centre.call()
    assert len(alarms(centre)) == 2
    centre.ready("1003")
    assert alarms(centre)[2:] == [(GENERAL, False), (f"{UNSERVED_RULE}:card", False)]


def test_a_new_configuration_makes_a_queue_unservable_and_servable_again() -> None:
    centre = centre_with()
    centre.ready("1002")
    centre.talking()
    centre.call()
    configure(centre, overflow=(), teams=("nobody",))
    assert alarms(centre) == [(GENERAL, True)]
    configure(centre, overflow=())
    assert alarms(centre) == [(GENERAL, True), (GENERAL, False)]


def test_the_alarm_of_a_queue_that_is_removed_ends() -> None:
    centre = centre_with()
    centre.call()
    assert alarms(centre) == [(GENERAL, True)]
    plain = config()
    centre(ev.CenterConfigured(config=msgspec.structs.replace(plain, queues={"card": plain.queues["card"]})))
    assert alarms(centre) == [(GENERAL, True), (GENERAL, False)]


def test_the_alarm_survives_a_restart_and_no_rule_ends_it() -> None:
    centre = centre_with()
    centre.call()
    centre.restart()
    floor = views.floor_view(centre.center, centre.now)
    assert [alarm.id for alarm in floor.alarms] == [GENERAL]
    assert AlarmBoard().look(floor, (AlarmRule("w", Metric.WAITING, 20),)) == []
    configure(centre, overflow=())
    centre(ev.AlarmAcknowledged(by="leader", alarm=GENERAL))
    assert centre.center.state.alarms[GENERAL].acknowledged_by == "leader"
    centre.ready("1002")
    assert alarms(centre) == [(GENERAL, True), (GENERAL, False)]


@pytest.mark.parametrize("kept", [True, False])
def test_a_customer_who_excludes_everybody_there_is_an_alarm_till_another_comes(kept: bool) -> None:
    centre = centre_with()
    centre.ready("1002")
    contact = centre.call("95000")
    c = centre.state(contact)
    c.variables["excluded_agents"] = "1002"
    press(centre, contact, "2")
    assert alarms(centre) == [(GENERAL, True)]
    if not kept:
        centre.hang_up(contact)
        assert alarms(centre) == [(GENERAL, True)]
    centre.ready("1003")
    assert alarms(centre) == [(GENERAL, True), (GENERAL, False)]


def centre_with_hours(first_minute: int, last_minute: int) -> Centre:
    """Its general queue is staffed from so many minutes after the start to so many; in UTC, as the calendar is."""
    began = datetime.fromtimestamp(START_MS / 1_000, UTC)
    now = began.hour * 60 + began.minute
    hours = Interval(began.weekday(), now + first_minute, now + last_minute)
    centre, plain = Centre(), config()
    calendar = Calendar("day", "UTC", (hours,), {}, (began.year,))
    general = msgspec.structs.replace(plain.queues["general"], overflow=(), calendar="day")
    queues = {**plain.queues, "general": general}
    centre(ev.CenterConfigured(config=msgspec.structs.replace(plain, queues=queues, calendars={"day": calendar})))
    return centre


def test_who_comes_outside_the_hours_is_no_alarm_till_they_begin() -> None:
    centre = centre_with_hours(10, 60)
    centre.call()
    assert alarms(centre) == []
    centre.advance(9 * MINUTE_MS)
    assert alarms(centre) == []
    centre.restart()
    centre.advance(2 * MINUTE_MS)
    assert alarms(centre) == [(GENERAL, True)]


def test_who_came_and_left_outside_the_hours_is_none_when_they_begin() -> None:
    centre = centre_with_hours(10, 60)
    centre.hang_up(centre.call())
    assert not centre.center.state.unserved
    assert unserved.TIMER not in centre.center.state.timers
    centre.advance(20 * MINUTE_MS)
    assert alarms(centre) == []


def test_who_came_in_the_hours_is_an_alarm_after_them_till_they_have_gone() -> None:
    centre = centre_with_hours(-10, 10)
    waiting = centre.call()
    assert alarms(centre) == [(GENERAL, True)]
    centre.advance(30 * MINUTE_MS)
    assert alarms(centre) == [(GENERAL, True)]
    late = centre.call()
    centre.hang_up(waiting)
    assert alarms(centre) == [(GENERAL, True), (GENERAL, False)]
    assert centre.state(late).place is Place.WAITING


def test_an_alarm_that_concerns_nobody_any_more_ends_with_the_hours() -> None:
    centre = centre_with_hours(-10, 10)
    centre.hang_up(centre.call())
    assert alarms(centre) == [(GENERAL, True)]
    centre.advance(11 * MINUTE_MS)
    assert alarms(centre) == [(GENERAL, True), (GENERAL, False)]
    assert unserved.TIMER not in centre.center.state.timers


def test_who_was_on_the_line_with_a_person_is_an_alarm_at_any_hour() -> None:
    centre = centre_with_hours(10, 60)
    centre.ready("1002")
    talk, _ = centre.talking()
    centre(ev.TransferRequested(agent="1002", contact=talk, target="queue:general", mode=ev.TransferMode.BLIND))
    assert centre.state(talk).place is not Place.TALKING
    centre(ev.AgentSignedOut(agent="1002"))
    centre.advance(5 * MINUTE_MS)
    assert (centre.state(talk).place, alarms(centre)) == (Place.WAITING, [(GENERAL, True)])
