"""Every fact of a contact is told in words, in both languages, and nothing personal with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from callcenter.domain import facts
from callcenter.domain.callback_facts import CallbackBooked
from callcenter.domain.contact import Channel, Direction, EndReason, Why
from callcenter.domain.facts import ContactFact
from callcenter.web import i18n
from callcenter.web.wording.facts import line_of
from callcenter.web.wording.words import Words, words_for

from .conftest import CALLER, T0, config

SAMPLE: dict[str, Any] = {
    "contact": "c",
    "channel": Channel.VOICE,
    "direction": Direction.INBOUND,
    "caller": CALLER,
    "number": CALLER,
    "dialled": "95500",
    "agent": "a1",
    "supervisor": "b1",
    "queue": "cards",
    "target": "agent:a2",
    "why": Why("asked_for_person"),
    "reason": EndReason.CUSTOMER_HUNG_UP,
    "ok": True,
    "on": True,
    "on_hold": True,
    "position": 2,
    "fields": {"kind": "gold"},
    "follow_up_ms": T0,
    "value": True,
}
OUTCOMES = {
    "DigitsTaken": ("complete", "timeout", "failed"),
    "QueueLeft": ("connected", "abandoned", "overflow", "callback", "transferred"),
    "OfferEnded": ("accepted", "declined", "missed", "withdrawn", "unreachable", "caller_left"),
    "AgentLeft": ("hung_up", "customer_hung_up", "transferred", "lost", "taken_over", "conference"),
    "ConsultEnded": ("completed", "cancelled", "refused", "conference"),
    "SupervisionChanged": ("listen", "whisper", "barge", "stop"),
    "RecordingChanged": ("started", "paused", "resumed", "kept", "failed"),
}
FIELD = {"SupervisionChanged": "mode", "RecordingChanged": "state"}


def every_fact() -> list[ContactFact]:
    """One of each kind, and of each outcome where kinds have several."""
    found: list[ContactFact] = []
    for kind in ContactFact.__subclasses__():
        given = {name: SAMPLE.get(name, _plain(kind.__annotations__.get(name))) for name in kind.__struct_fields__}
        outcomes = OUTCOMES.get(kind.__name__, ("",))
        for outcome in outcomes:
            name = FIELD.get(kind.__name__, "outcome")
            found.append(kind(**{**given, **({name: outcome} if outcome else {})}))
        for name in ("on", "on_hold", "ok", "rejoined"):
            if name in kind.__struct_fields__:
                found.append(kind(**{**given, name: not given[name]}))
    return found


def _plain(annotation: object) -> Any:
    if "float" in str(annotation):
        return 0.98
    if "dict" in str(annotation):
        return {"card_tail": "1234"}
    return 7_000 if "int" in str(annotation) else False if "bool" in str(annotation) else "x"


@pytest.fixture(scope="module", params=["zh", "en"])
def words(request: pytest.FixtureRequest) -> Words:
    i18n.compile_catalogues()
    return words_for(request.param, "Asia/Shanghai", config())


@pytest.mark.parametrize("fact", every_fact(), ids=lambda fact: type(fact).__name__)
def test_a_fact_has_a_sentence(words: Words, fact: ContactFact) -> None:
    line = line_of(words, fact, "hotline")
    assert line is not None
    said = f"{line.text} {line.because}"
    assert type(fact).__name__ not in said, "told by its name in the program"
    assert "%" not in said
    assert "13800002210" not in said
    for code in ("customer_hung_up", "taken_over", "caller_left", "agent:", "a1", "cards"):
        assert code not in said, said


def test_all_kinds_are_there() -> None:
    wanted = {"TakenOver", "PaymentModeChanged", "WrapUpFiled", "ContactEnded", "CallbackBooked"}
    assert wanted <= {type(fact).__name__ for fact in every_fact()}
    assert set(OUTCOMES) <= {kind.__name__ for kind in ContactFact.__subclasses__()}


def test_what_an_agent_filed_is_told_with_the_questions_names(words: Words) -> None:
    filed = facts.WrapUpFiled(
        contact="c", agent="a1", disposition="solved", note="ok", fields={"kind": "gold", "branch": ""}, follow_up_ms=T0
    )
    line = line_of(words, filed)
    assert line is not None
    assert "Kind of card" in line.because
    assert "Gold card" in line.because
    assert "Branch" not in line.because
    assert words.moment(T0) in line.because
    assert line.because.endswith("ok")


def test_a_closed_queue_is_told(words: Words) -> None:
    closed = facts.QueueOpenness(queue="cards", open=False, by="lead", target="queue:loans")
    line = line_of(words, closed)
    assert line is not None
    assert (line.mark, "Cards" in line.text, "Loans" in line.because) == ("trouble", True, True)
    opened = line_of(words, facts.QueueOpenness(queue="cards", open=True, by="lead"))
    assert opened is not None
    assert opened.text != line.text


def test_numbers_are_whole_only_where_asked(words: Words) -> None:
    booked = CallbackBooked(contact="c", queue="cards", number=CALLER)
    told, whole = line_of(words, booked), line_of(replace(words, whole=True), booked)
    assert told is not None
    assert whole is not None
    assert "138****2210" in told.text
    assert CALLER in whole.text


def test_a_customers_name_that_the_flow_learned_is_masked_but_whole_in_what_is_handed_out() -> None:
    learned = facts.VariableSet(contact="c1", name="name", value="林小燕")
    words = words_for("zh", "Asia/Shanghai", config())
    masked, whole = line_of(words, learned), line_of(replace(words, whole=True), learned)
    assert masked
    assert whole
    assert "林**" in masked.text
    assert "林小燕" in whole.text
