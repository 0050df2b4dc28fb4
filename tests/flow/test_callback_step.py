"""The step that offers to call back: what it says of the wait, the hours it offers, and what it books."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from callcenter.domain.effects import BranchTaken
from callcenter.flow.actions import BookCallback, Collect, EndCall
from callcenter.flow.callback_step import hours_of
from callcenter.flow.checker import Known, check
from tests.flow.making import interpreter, pressed, small

STEP = """\
  first:
    type: callback
    estimate: {text: "约{{ minutes }}分钟"}
    no_estimate: {text: 说不准}
    text: 回电
    ask_number: {text: 号码}
    confirm: {text: "{{ number }}"}
    ask_time: {text: 何时}
    times: {"1": soon, "5": "15:00-16:00"}
    repeats: 1
    next: booked
    already: known
    declined: declined
  booked: {type: hangup, text: "{{ callback_from }}"}
  known: {type: hangup}
  declined: {type: hangup}
"""
NOON = datetime(2027, 3, 10, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
NOW_MS = round(NOON.timestamp() * 1000)


class Queues:
    """An outlook as given."""

    def __init__(self, wait_ms: int | None = None, called: bool = False) -> None:
        self.wait_ms, self.called, self.asked = wait_ms, called, ""

    def told_wait_ms(self, queue: str) -> int | None:
        self.asked = queue
        return self.wait_ms

    def to_be_called(self, queue: str, number: str) -> bool:
        return self.called

    def hears(self) -> bool:
        return False


def begin(queues: Queues, **variables: object):
    flow = interpreter(STEP)
    given = {"caller": "13800000001", "queue": "cards", **variables}
    session, out = flow.start("c7", "small", given, NOW_MS, outlook=queues)
    return flow, session, out


def said(out: list) -> list[str]:
    return [prompt.text for action in out if isinstance(action, Collect) for prompt in action.prompts]


@pytest.mark.parametrize(
    ("wait_ms", "words"),
    [
        (None, "说不准"),
        (0, "约1分钟"),
        (61_000, "约2分钟"),
        (600_000, "约10分钟"),
        (660_000, "约15分钟"),
        (1_860_000, "约40分钟"),
    ],
)
def test_the_wait_is_said_in_round_minutes_or_not_at_all(wait_ms: int | None, words: str) -> None:
    queues = Queues(wait_ms)
    _, _, out = begin(queues)
    assert said(out) == [words, "回电"]
    assert queues.asked == "cards"


def test_the_hours_chosen_are_booked_for_the_queue_in_which_the_customer_waited() -> None:
    flow, session, _ = begin(Queues())
    out = flow.resume("c7", session, pressed(session, "1"), NOW_MS, outlook=Queues())
    assert said(out) == ["何时"]
    out = flow.resume("c7", session, pressed(session, "5"), NOW_MS, outlook=Queues())
    (booking,) = [action for action in out if isinstance(action, BookCallback)]
    assert (booking.queue, booking.number) == ("cards", "13800000001")
    assert booking.not_before_ms == NOW_MS + 3 * 3_600_000
    assert booking.until_ms == NOW_MS + 4 * 3_600_000
    assert session.variables["callback_from"] == "15:00"


def test_soon_has_no_hours() -> None:
    flow, session, _ = begin(Queues())
    flow.resume("c7", session, pressed(session, "1"), NOW_MS, outlook=Queues())
    out = flow.resume("c7", session, pressed(session, "1"), NOW_MS, outlook=Queues())
    assert BookCallback("cards", "13800000001") in out


def test_another_number_is_asked_for_and_then_the_time() -> None:
    flow, session, _ = begin(Queues())
    for keys in ("2", "02288001234", "1"):
        out = flow.resume("c7", session, pressed(session, keys), NOW_MS, outlook=Queues())
    assert said(out) == ["何时"]
    out = flow.resume("c7", session, pressed(session, "1"), NOW_MS, outlook=Queues())
    assert BookCallback("cards", "02288001234") in out


def test_whoever_chooses_no_time_has_declined() -> None:
    flow, session, _ = begin(Queues())
    for keys in ("1", "9", ""):
        out = flow.resume("c7", session, pressed(session, keys), NOW_MS, outlook=Queues())
    assert [f.target for f in out if isinstance(f, BranchTaken)] == ["declined"]
    assert not [action for action in out if isinstance(action, BookCallback)]


def test_a_number_that_is_to_be_called_already_goes_its_own_way() -> None:
    flow, session, _ = begin(Queues())
    for _ in range(2):
        out = flow.resume("c7", session, pressed(session, "1"), NOW_MS, outlook=Queues(called=True))
    assert [(f.target, f.why.code) for f in out if isinstance(f, BranchTaken)] == [("known", "callback_known")]
    assert [action.reason for action in out if isinstance(action, EndCall)] == ["callback_booked"]


@pytest.mark.parametrize(
    ("at", "day"),
    [("2027-03-10T08:00", 10), ("2027-03-10T15:30", 10), ("2027-03-10T15:55", 11), ("2027-03-10T20:00", 11)],
)
def test_hours_that_are_over_are_those_of_tomorrow(at: str, day: int) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    now = round(datetime.fromisoformat(at).replace(tzinfo=zone).timestamp() * 1000)
    start, end = hours_of("15:00-16:00", now, "Asia/Shanghai")
    assert (end - start) == 3_600_000
    assert datetime.fromtimestamp(start / 1000, zone).isoformat()[:16] == f"2027-03-{day}T15:00"


def test_until_midnight() -> None:
    start, end = hours_of("22:00-24:00", NOW_MS, "Asia/Shanghai")
    assert end - start == 2 * 3_600_000


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("    ask_time: {text: 何时}\n", "", "callback_times"),
        ('    times: {"1": soon, "5": "15:00-16:00"}\n', "", "callback_times"),
        ("15:00-16:00", "16:00-15:00", "callback_window"),
        ("15:00-16:00", "25:00-26:00", "wrong_type"),
    ],
)
def test_contradictions_are_refused_with_their_line(old: str, new: str, code: str) -> None:
    try:
        loaded = small(STEP.replace(old, new))
    except Exception as error:
        codes = [problem.code for problem in error.problems]  # type: ignore[attr-defined]
    else:
        codes = [problem.code for problem in check({"small": loaded}, Known())]
    assert code in codes


@pytest.mark.parametrize(
    ("number", "may"),
    [
        ("13800000001", True),
        ("+8613800000001", True),
        ("02288001234", True),
        ("+442071838750", False),
        ("00442071838750", False),
        ("95588", False),
        ("110", False),
        ("4006001234", False),
        ("web-3fa9c1", False),
        ("anonymous", False),
        ("", False),
    ],
)
def test_only_numbers_at_home_that_cost_nothing_extra_are_called_back(number: str, may: bool) -> None:
    flow = interpreter(STEP)
    _, out = flow.start("c7", "small", {"caller": number, "queue": "cards"}, NOW_MS)
    assert said(out) == (["说不准", "回电"] if may else ["说不准", "号码"])
