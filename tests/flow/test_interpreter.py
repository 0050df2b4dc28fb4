"""Walking through flows: answers in, actions and facts out; late answers, failures, secrets."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.domain.contact import EndReason, Prompt, Why
from callcenter.domain.effects import (
    AlarmRaised,
    BranchTaken,
    DigitsTaken,
    FlowFailed,
    ServiceUsed,
    StepEntered,
    SurveyAnswered,
    VariableSet,
    VoicemailTaken,
)
from callcenter.domain.errors import FlowError
from callcenter.domain.events import DigitsGathered, GatherOutcome, PlaybackEnded, RecordingEnded, ServiceAnswered
from callcenter.flow.actions import AskService, BookCallback, Collect, EndCall, JoinQueue, RecordMessage, Speak
from callcenter.flow.interpreter import Interpreter
from callcenter.flow.session import FlowFault, FlowSession
from tests.flow.making import HEAD, interpreter, played, pressed, small

BYE = "  bye: {type: hangup}\n"
MENU = (
    "  first:\n    type: menu\n    text: 请选择\n    choices: {'1': one, '9': first}\n    repeats: 1\n"
    "    no_input: {text: 没有收到}\n    invalid: {text: 不对}\n    on_fail: bye\n"
    "  one: {type: queue, queue: general, priority: 4, skills: [{skill: cards, level: 3}]}\n" + BYE
)
PIN = (
    "  first:\n    type: gather\n    text: 密码\n    variable: pin\n    secret: true\n    length: 6\n    next: ask\n"
    "    on_fail: bye\n"
    "  ask:\n    type: http\n    service: bank\n    method: POST\n    path: /balance\n"
    "    params: {card: \"'1234'\", pin: pin}\n"
    "    results: {balance: account.balance, first_one: list.0.x, gone: a.b}\n"
    "    on_ok: tell\n    on_status: {'403': wrong}\n    on_error: bye\n"
    "  tell:\n    type: say\n    text: '{{ balance }}元{{ pin }}'\n    next: bye\n"
    "  wrong:\n    type: say\n    text: 密码不对\n    next: first\n" + BYE
)


def begin(flow: Interpreter, **variables: Any) -> tuple[FlowSession, list[Any]]:
    return flow.start("c7", "small", {"caller": "13800000001", **variables}, 1_000)


def of(outputs: list[Any], kind: type[Any]) -> list[Any]:
    return [item for item in outputs if isinstance(item, kind)]


def test_start_asks_and_tells_in_order() -> None:
    session, out = begin(interpreter(MENU))
    assert out == [
        StepEntered(contact="c7", flow="small", step="first", kind="menu"),
        Collect("c7.1", (Prompt(text="请选择", language="zh"),), terminator="", first_timeout_ms=6_000),
    ]
    assert session.pending == "c7.1"
    assert session.path == ["small/first"]
    assert session.variables["language"] == "zh"


def test_a_key_leads_to_the_queue() -> None:
    flow = interpreter(MENU)
    session, _ = begin(flow)
    out = flow.resume("c7", session, pressed(session, "1"), 2_000)
    assert out[0] == DigitsTaken(contact="c7", step="first", digits="1", outcome="complete")
    assert out[1] == BranchTaken(contact="c7", step="first", target="one", why=Why("menu_choice", {"key": "1"}))
    join = out[-1]
    assert isinstance(join, JoinQueue)
    assert (join.queue, join.priority, join.skills[0].skill, join.skills[0].level) == ("general", 4, "cards", 3)
    assert join.why == Why("asked_for_person", {"flow": "small", "step": "one"})
    assert session.done


def test_late_double_and_foreign_answers_do_nothing() -> None:
    flow = interpreter(MENU)
    session, _ = begin(flow)
    first = pressed(session, "9")
    assert flow.resume("c7", session, first, 2_000)
    before = msgspec.json.encode(session)
    assert flow.resume("c7", session, first, 2_001) == []
    assert flow.resume("c7", session, PlaybackEnded(leg="l", request="c7.99"), 2_002) == []
    assert flow.resume("c7", session, RecordingEnded(recording="", ok=True), 2_003) == []
    assert msgspec.json.encode(session) == before
    last = pressed(session, "1")
    assert flow.resume("c7", session, last, 2_004)
    assert flow.resume("c7", session, last, 2_005) == []


def test_wrong_keys_and_silence_are_answered_then_fail() -> None:
    flow = interpreter(MENU)
    session, _ = begin(flow)
    again = of(flow.resume("c7", session, pressed(session, "5"), 2_000), Collect)[0]
    assert [prompt.text for prompt in again.prompts] == ["不对", "请选择"]
    out = flow.resume("c7", session, pressed(session), 3_000)
    assert of(out, EndCall) == [EndCall(EndReason.FLOW_COMPLETED)]
    assert of(out, BranchTaken)[0].why == Why("menu_no_choice", {"tries": 2})


def test_a_second_flow_names_its_requests_anew() -> None:
    _, out = interpreter(MENU).start("c7", "small", {}, 0, counter=5)
    assert of(out, Collect)[0].request == "c7.6"


def test_session_goes_through_json_at_every_point() -> None:
    flow = interpreter(PIN)
    session, _ = begin(flow)
    for answer in (pressed(session, secret="v-1"), None):
        session = msgspec.json.decode(msgspec.json.encode(session), type=FlowSession)
        if answer is not None:
            flow.resume("c7", session, answer, 2_000)
    assert session.pending == "c7.2"


def test_a_secret_is_only_a_key_and_is_never_heard_or_told() -> None:
    flow = interpreter(PIN)
    session, out = begin(flow)
    assert of(out, Collect)[0].secret
    # a broken adapter that sends the digits along as well must not leak them either
    keys = DigitsGathered(
        leg="l", request=session.pending, outcome=GatherOutcome.COMPLETE, digits="246810", secret="v-1"
    )
    out = flow.resume("c7", session, keys, 2_000)
    ask = of(out, AskService)[0]
    assert (ask.params, ask.secrets, ask.url) == ({"card": "1234"}, {"pin": "v-1"}, "service://bank/balance")
    assert of(out, DigitsTaken)[0].digits == "••••"
    assert of(out, VariableSet) == []
    data = {"account": {"balance": "88.10"}, "list": [{"x": 5}]}
    answer = ServiceAnswered(contact="c7", request=ask.request, ok=True, status=200, data=data)
    out += flow.resume("c7", session, answer, 2_250)
    assert of(out, ServiceUsed) == [ServiceUsed(contact="c7", step="ask", ok=True, status=200, took_ms=250)]
    assert of(out, Speak)[0].prompts[0].text == "88.10元••••"
    assert {fact.name: fact.value for fact in of(out, VariableSet)} == {
        "balance": "88.10",
        "first_one": 5,
        "gone": None,
    }
    assert b"246810" not in msgspec.json.encode([session, out])


def test_a_secret_cannot_be_copied_into_another_variable() -> None:
    steps = (
        PIN.replace("next: ask\n", "next: copy\n") + "  copy:\n    type: set\n    values: {other: pin}\n    next: ask\n"
    )
    flow = interpreter(steps)
    session, _ = begin(flow)
    with pytest.raises(FlowFault, match="secret"):
        flow.resume("c7", session, pressed(session, secret="v-1"), 2_000)
    assert "other" not in session.variables


def test_a_service_cannot_pass_off_a_value_as_a_secret() -> None:
    flow = interpreter(PIN)
    session, _ = begin(flow)
    flow.resume("c7", session, pressed(session, secret="v-1"), 2_000)
    data = {"account": {"balance": {"$secret": "v-of-another"}}}
    answer = ServiceAnswered(contact="c7", request=session.pending, ok=True, status=200, data=data)
    out = flow.resume("c7", session, answer, 2_250)
    assert of(out, FlowFailed)
    assert "v-of-another" not in msgspec.json.encode(session).decode()


@pytest.mark.parametrize(("status", "step"), [(403, "wrong"), (500, "bye"), (0, "bye")])
def test_a_failed_service_goes_its_way(status: int, step: str) -> None:
    flow = interpreter(PIN)
    session, _ = begin(flow)
    flow.resume("c7", session, pressed(session, secret="v-1"), 2_000)
    answer = ServiceAnswered(contact="c7", request=session.pending, ok=False, status=status)
    out = flow.resume("c7", session, answer, 2_250)
    assert of(out, StepEntered)[0].step == step


def test_too_few_digits_and_a_failed_test_are_asked_again() -> None:
    steps = (
        "  first:\n    type: gather\n    text: 号码\n    variable: n\n    min_length: 2\n    max_length: 4\n"
        "    valid: number(value) > 50\n    retries: 2\n    invalid: {text: 不对}\n    next: bye\n    on_fail: bye\n"
        + BYE
    )
    flow = interpreter(steps)
    session, _ = begin(flow)
    for digits, outcome in (("1", "invalid"), ("20", "invalid"), ("77", "complete")):
        out = flow.resume("c7", session, pressed(session, digits), 2_000)
        assert of(out, DigitsTaken)[0].outcome == outcome
    assert session.variables["n"] == "77"


FAILS = "  first:\n    type: branch\n    cases: [{when: missing > 1, to: bye}]\n    otherwise: bye\n" + BYE


def test_an_uncaught_failure_names_flow_and_step_and_keeps_what_was_done() -> None:
    with pytest.raises(FlowError) as caught:
        begin(interpreter(FAILS))
    fault = caught.value
    assert isinstance(fault, FlowFault)
    assert (fault.flow, fault.step) == ("small", "first")
    assert fault.done == [StepEntered(contact="c7", flow="small", step="first", kind="branch")]


def test_a_step_or_the_flow_may_catch_its_failure() -> None:
    by_step = FAILS.replace("type: branch\n", "type: branch\n    on_error: bye\n")
    for flow in (interpreter(by_step), interpreter(FAILS, HEAD + "on_error: bye\n")):
        session, out = begin(flow)
        assert of(out, FlowFailed)[0].target == "step:bye"
        assert of(out, EndCall)
        assert session.done


def test_a_flow_that_keeps_failing_is_ended() -> None:
    head = HEAD + "on_error: first\n"
    with pytest.raises(FlowFault) as caught:
        begin(interpreter(FAILS, head))
    assert len(of(caught.value.done, FlowFailed)) == 3


def test_a_loop_without_the_caller_is_a_failure() -> None:
    with pytest.raises(FlowFault, match="200 steps"):
        begin(interpreter("  first:\n    type: set\n    values: {a: 1}\n    next: first\n"))


def test_a_booked_callback_survives_a_failure_after_it() -> None:
    steps = (
        "  first:\n    type: callback\n    queue: general\n    text: a\n    ask_number: {text: b}\n"
        "    confirm: {text: c}\n"
        "    next: broken\n    declined: bye\n"
        "  broken:\n    type: set\n    values: {a: missing + 1}\n    next: bye\n" + BYE
    )
    flow = interpreter(steps)
    session, _ = begin(flow)
    with pytest.raises(FlowFault) as caught:
        flow.resume("c7", session, pressed(session, "1"), 2_000)
    assert BookCallback("general", "13800000001") in caught.value.done


def test_flow_republished_under_a_caller() -> None:
    session, _ = begin(interpreter(MENU))
    newer = interpreter("  first: {type: queue, queue: general}\n")
    with pytest.raises(FlowFault, match="no answer"):
        newer.resume("c7", session, pressed(session, "1"), 2_000)
    other, _ = begin(interpreter(MENU))
    with pytest.raises(FlowFault, match="no flow"):
        Interpreter({}, {}).resume("c7", other, pressed(other, "1"), 2_000)
    with pytest.raises(FlowFault, match="no flow"):
        Interpreter({}, {}).start("c7", "small", {}, 0)


def test_goto_takes_variables_along_and_fills_in_the_rest() -> None:
    one = small("  first: {type: goto, flow: two}\n", HEAD + "variables: {a: 1, b: 1}\n").flow
    two = small(
        "  first: {type: say, text: '{{ a }}{{ c }}', next: bye}\n" + BYE, HEAD + "variables: {a: 9, c: 3}\n"
    ).flow
    session, out = Interpreter({"small": one, "two": two}, {}).start("c7", "small", {}, 0)
    assert of(out, Speak)[0].prompts[0].text == "13"
    assert session.path == ["small/first", "two/first"]


def test_voicemail_is_recorded_kept_and_remembered() -> None:
    steps = "  first:\n    type: voicemail\n    text: 请留言\n    max: 30s\n    next: bye\n    on_fail: bye\n" + BYE
    flow = interpreter(steps)
    session, out = begin(flow)
    assert [prompt.file or prompt.text for prompt in of(out, Speak)[0].prompts] == ["请留言", "tone/beep"]
    assert flow.resume("c7", session, played(session), 2_000) == [RecordMessage("c7.2", 30_000)]
    out = flow.resume("c7", session, RecordingEnded(recording="c7.2", ok=True, duration_ms=4_000), 6_000)
    assert of(out, VoicemailTaken) == [VoicemailTaken(contact="c7", recording="c7.2", duration_ms=4_000)]
    assert out[-1] == EndCall(EndReason.VOICEMAIL_LEFT)


def test_survey() -> None:
    steps = (
        "  first:\n    type: survey\n    question: q\n    text: x\n    low: 2\n    on_low: low\n    next: bye\n"
        "    on_fail: bye\n  low: {type: hangup, text: 抱歉}\n" + BYE
    )
    flow = interpreter(steps)
    session, _ = begin(flow)
    out = flow.resume("c7", session, pressed(session, "2"), 2_000)
    assert of(out, SurveyAnswered) == [SurveyAnswered(contact="c7", question="q", answer="2")]
    assert of(out, Speak)[0].prompts[0].text == "抱歉"
    assert flow.resume("c7", session, played(session), 3_000) == [EndCall(EndReason.FLOW_COMPLETED)]


def test_a_prompt_that_cannot_be_played_is_an_alarm_and_the_call_goes_on() -> None:
    flow = interpreter("  first: {type: say, text: x, next: bye}\n" + BYE)
    session, _ = begin(flow)
    out = flow.resume("c7", session, PlaybackEnded(leg="l", request=session.pending, ok=False), 2_000)
    assert of(out, AlarmRaised)[0].code == "prompt_failed"
    assert of(out, EndCall)


def test_language_and_rate_of_prompts() -> None:
    head = HEAD.replace("[zh]", "[zh, en]") + "rate: 0.8\n"
    steps = "  first:\n    type: say\n    text: {zh: 好, en: good}\n    next: bye\n" + BYE
    for language, text, said in (("en", "good", "en"), ("fr", "好", "zh")):
        _, out = begin(interpreter(steps, head), language=language)
        assert of(out, Speak)[0].prompts == (Prompt(text=text, language=said, rate=0.8),)


ANSWERS = st.one_of(
    st.sampled_from(["", "1", "2", "3", "9", "*", "1234", "13800000001", "abc"]).map(lambda keys: ("keys", keys)),
    st.sampled_from(
        [("secret", "v-1"), ("played", ""), ("recorded", ""), ("service", ""), ("refused", ""), ("late", "")]
    ),
)


def _event(session: FlowSession, kind: str, keys: str) -> Any:
    request = session.pending
    match kind:
        case "keys":
            return pressed(session, keys)
        case "secret":
            return pressed(session, secret=keys)
        case "played":
            return played(session)
        case "recorded":
            return RecordingEnded(recording=request, ok=True, duration_ms=5_000)
        case "service" | "refused":
            return ServiceAnswered(contact="c7", request=request, ok=kind == "service", status=200, data={"ok": True})
        case _:
            return PlaybackEnded(leg="l", request="c7.0")


PIN_FLOW = interpreter(PIN)


@settings(max_examples=150, deadline=None)
@given(st.lists(ANSWERS, max_size=30))
def test_any_answers_lead_on_or_to_a_named_fault(answers: list[tuple[str, str]]) -> None:
    flow = PIN_FLOW
    session, out = begin(flow)
    for kind, keys in answers:
        try:
            out += flow.resume("c7", session, _event(session, kind, keys), 2_000)
        except FlowFault as fault:
            out += fault.done
            break
        assert session.done or session.pending
    assert session.done or session.pending
    msgspec.json.encode([session, out])
    requests = [item.request for item in out if hasattr(item, "request")]
    assert len(requests) == len(set(requests))
