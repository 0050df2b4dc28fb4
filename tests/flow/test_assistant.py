"""An assistant step becomes steps: what of a Rasa project is understood, and what is named instead of ignored."""

from __future__ import annotations

from typing import Any

import pytest

from callcenter.domain.effects import HandedOver, SentenceTaken
from callcenter.domain.events import PlaybackEnded, SentenceHeard, SentenceUnderstood
from callcenter.domain.understanding import NOT_UNDERSTOOD, Entity
from callcenter.flow import actions as act
from callcenter.flow.assistant import Expanded, expand
from callcenter.flow.dialogue import read_dialogue
from callcenter.flow.interpreter import Interpreter
from callcenter.flow.loader import load_text
from callcenter.flow.session import FlowSession
from callcenter.flow.yamlfile import read_text

FLOW = """
flow: small
title: {zh: 小, en: small}
languages: [zh]
start: bot
fallback_queue: general
steps:
  bot: {type: assistant, person: person, secrets: [pin], actions: {action_pay: {service: bank, path: /pay, ok: ok}}}
  person: {type: queue, queue: general}
"""
DOMAIN = """
slots:
  amount: {type: text, mappings: [{type: from_entity, entity: amount}]}
  pin: {type: text, mappings: [{type: from_text, conditions: [{active_loop: pay_form, requested_slot: pin}]}]}
  sure:
    type: bool
    mappings:
    - {type: from_intent, intent: affirm, value: true, conditions: [{active_loop: pay_form, requested_slot: sure}]}
    - {type: from_intent, intent: deny, value: false, conditions: [{active_loop: pay_form, requested_slot: sure}]}
forms:
  pay_form: {required_slots: [amount, pin, sure]}
responses:
  utter_greet: [{text: 您好}]
  utter_hours: [{text: 九点到五点}]
  utter_ask_amount: [{text: 多少钱}]
  utter_invalid_amount: [{text: 请说金额}]
  utter_ask_pin: [{text: 密码}]
  utter_ask_sure: [{text: "付{amount}元？", buttons: [{title: 是, payload: /affirm}]}]
  utter_paid: [{text: 已付}]
  utter_not_paid: [{text: 没付}]
  utter_again: [{text: 没听懂}]
"""
RULES = """
rules:
- rule: hours
  steps: [{intent: hours}, {action: utter_hours}]
- rule: begins
  steps: [{intent: pay}, {action: pay_form}, {active_loop: pay_form}]
- rule: done
  condition: [{active_loop: pay_form}, {slot_was_set: [{sure: true}]}]
  steps:
  - {action: pay_form}
  - {active_loop: null}
  - {slot_was_set: [{requested_slot: null}]}
  - {action: action_pay}
  - {slot_was_set: [{service_result: done}]}
  - {action: utter_paid}
- rule: declined
  condition: [{active_loop: pay_form}, {slot_was_set: [{sure: false}]}]
  steps: [{action: pay_form}, {active_loop: null}, {action: utter_not_paid}, {action: action_clear_form}]
- rule: hours meanwhile
  condition: [{active_loop: pay_form}]
  steps: [{intent: hours}, {action: utter_hours}, {action: pay_form}, {active_loop: pay_form}]
- rule: once
  condition: [{slot_was_set: [{misunderstood: once}]}]
  steps: [{intent: nlu_fallback}, {action: utter_again}]
- rule: twice
  condition: [{slot_was_set: [{misunderstood: twice}]}]
  steps: [{intent: nlu_fallback}, {action: action_handover}]
"""


def made(rules: str = RULES, domain: str = DOMAIN, flow: str = FLOW) -> Expanded:
    dialogue = read_dialogue([read_text("domain.yml", domain), read_text("rules.yml", rules)])
    loaded = load_text("small.yaml", flow)
    return expand(loaded.flow, "bot", dialogue, loaded.file, loaded.line("steps", "bot"))


class Talk:
    """A visitor of the made flow; ``said`` is what the bot said since their last words."""

    def __init__(self, expanded: Expanded) -> None:
        assert expanded.problems == []
        self.interpreter = Interpreter({"small": expanded.flow}, {})
        self.said: list[str] = []
        self.facts: list[Any] = []
        self.number = 0
        self.session, out = self.interpreter.start("c", "small", {"channel": "chat"}, 0)
        self._take(out)

    def _take(self, out: list[Any]) -> None:
        self.last: Any = None
        for item in out:
            self.last = item
            if isinstance(item, (act.Speak, act.Hear)):
                self.said += [prompt.text for prompt in item.prompts]
            self.facts.append(item)
        if isinstance(self.last, act.Speak):
            self._answer(PlaybackEnded(leg="", request=self.last.request))

    def _answer(self, event: Any) -> None:
        self._take(self.interpreter.resume("c", self.session, event, 0))

    @property
    def hears(self) -> act.Hear:
        return next(item for item in reversed(self.facts) if isinstance(item, act.Hear))

    def choose(self, choice: str) -> list[str]:
        self.said = []
        self.number += 1
        self._answer(SentenceHeard(leg="", request=self.session.pending, number=self.number, chosen=choice))
        return self.said

    def say(self, intent: str = NOT_UNDERSTOOD, text: str = "", *, language: str = "", **entities: str) -> list[str]:
        self.said = []
        self.number += 1
        self._answer(SentenceHeard(leg="", request=self.session.pending, number=self.number))
        found = tuple(Entity(name, value) for name, value in entities.items())
        request = self.session.pending
        self._answer(
            SentenceUnderstood(
                contact="c", request=request, ok=True, intent=intent, entities=found, language=language, text=text
            )
        )
        return self.said

    def give_secret(self, key: str) -> list[str]:
        self.said = []
        self.number += 1
        self._answer(SentenceHeard(leg="", request=self.session.pending, number=self.number, secret=key))
        return self.said


@pytest.fixture
def talk() -> Talk:
    return Talk(made())


def test_a_rule_answers_and_the_bot_listens_on(talk: Talk) -> None:
    assert talk.said == ["您好"]
    assert talk.say("hours") == ["九点到五点"]
    assert talk.hears.after == 1


def test_a_form_asks_for_what_is_missing_alone(talk: Talk) -> None:
    assert talk.say("pay", amount="5") == ["密码"]
    assert talk.hears.secret
    assert talk.give_secret("v1") == ["付5元？"]
    assert talk.say("affirm") == []
    assert isinstance(talk.last, act.AskService)


def test_a_no_is_an_answer_where_one_is_asked_for(talk: Talk) -> None:
    talk.say("pay", amount="5")
    talk.give_secret("v1")
    assert talk.say("deny") == ["没付"]
    assert talk.say("pay") == ["多少钱"], "the form is empty again"


def test_a_question_meanwhile_is_answered_and_the_form_goes_on(talk: Talk) -> None:
    talk.say("pay")
    assert talk.say("hours") == ["九点到五点", "多少钱"]


def test_a_value_is_taken_though_the_sentence_was_not_understood(talk: Talk) -> None:
    talk.say("pay")
    assert talk.say(NOT_UNDERSTOOD, amount="5") == ["密码"]


def test_of_no_use_once_and_twice(talk: Talk) -> None:
    talk.say("pay")
    assert talk.say("affirm") == ["请说金额", "多少钱"]
    assert talk.say("affirm") == []
    assert isinstance(talk.last, act.JoinQueue)
    (told,) = [fact for fact in talk.facts if isinstance(fact, HandedOver)]
    assert (told.form, told.missing) == ("pay_form", ("amount", "pin", "sure"))


def test_buttons_of_an_answer_are_offered_with_it() -> None:
    domain = DOMAIN.replace("[{text: 没听懂}]", "[{text: 没听懂, buttons: [{title: 时间, payload: /hours}]}]")
    talk = Talk(made(domain=domain))
    assert talk.say() == ["没听懂"]
    assert [(one.id, one.text) for one in talk.hears.choices] == [("/hours", "时间")]
    assert talk.choose("/hours") == ["九点到五点"]


def test_letters_struck_at_random_do_not_change_the_language() -> None:
    talk = Talk(made(flow=FLOW.replace("[zh]", "[zh, en]")))
    talk.say("out_of_scope", language="en")
    assert talk.session.variables["language"] == "zh"
    talk.say("hours", language="en")
    assert talk.session.variables["language"] == "en"


def test_what_is_understood_in_between_begins_the_count_anew(talk: Talk) -> None:
    talk.say()
    talk.say("hours")
    assert talk.say() == ["没听懂"]
    assert not [fact for fact in talk.facts if isinstance(fact, HandedOver)]


def test_the_meaning_of_a_sentence_of_before_is_nothing(talk: Talk) -> None:
    late = talk.session.pending
    talk.say("hours")
    answered = SentenceUnderstood(contact="c", request=late, ok=True, intent="pay")
    assert talk.interpreter.resume("c", talk.session, answered, 0) == []


def test_each_sentence_is_told_with_its_intent(talk: Talk) -> None:
    talk.say("hours")
    assert [fact.intent for fact in talk.facts if isinstance(fact, SentenceTaken)] == ["hours"]


def test_a_secret_is_never_filled_by_words(talk: Talk) -> None:
    talk.say("pay", amount="5")
    talk.say("affirm", text="四五六七")
    assert "pin" not in talk.session.variables


@pytest.mark.parametrize(
    ("rules", "domain", "code", "file"),
    [
        ("rules:\n- {rule: a, steps: [{intent: x}, {action: action_fly}]}\n", DOMAIN, "assistant_action", "rules.yml"),
        (
            "rules:\n- {rule: a, steps: [{intent: x}, {action: utter_no}]}\n",
            DOMAIN,
            "assistant_no_response",
            "rules.yml",
        ),
        (
            "rules:\n- {rule: a, steps: [{intent: x}, {action: utter_hours}]}\n"
            "- {rule: b, steps: [{intent: x}, {action: utter_paid}]}\n",
            DOMAIN,
            "assistant_conflict",
            "rules.yml",
        ),
        (
            "rules:\n- {rule: a, wait_for_user_input: false, steps: [{intent: x}, {action: utter_hours}]}\n",
            DOMAIN,
            "assistant_unsupported",
            "rules.yml",
        ),
        (
            "rules:\n- {rule: a, steps: [{intent: x}, {checkpoint: c}]}\n",
            DOMAIN,
            "assistant_unsupported",
            "rules.yml",
        ),
        (
            RULES,
            DOMAIN.replace("[{text: 已付}]", "[{image: x.png, text: 已付}]"),
            "assistant_unsupported",
            "domain.yml",
        ),
        (
            RULES,
            DOMAIN.replace("{required_slots:", "{ignored_intents: [x], required_slots:"),
            "assistant_unsupported",
            "domain.yml",
        ),
        (RULES, DOMAIN.replace("from_text", "from_trigger_intent"), "assistant_unsupported", "domain.yml"),
        (RULES, DOMAIN.replace("utter_ask_amount", "utter_ask_nothing"), "assistant_no_response", "small.yaml"),
    ],
)
def test_what_is_not_supported_is_named_with_its_place(rules: str, domain: str, code: str, file: str) -> None:
    problems = made(rules, domain).problems
    assert code in [problem.code for problem in problems]
    assert {problem.file for problem in problems if problem.code == code} == {file}
    assert all(problem.line > 1 and problem.line_in("zh") and problem.line_in("en") for problem in problems)


def test_a_person_is_a_queue_step() -> None:
    assert [p.code for p in made(flow=FLOW.replace("person: person", "person: bot")).problems] == ["assistant_person"]


def test_a_session_comes_back_as_it_was(talk: Talk) -> None:
    import msgspec

    talk.say("pay", amount="5")
    copy = msgspec.json.decode(msgspec.json.encode(talk.session), type=FlowSession)
    assert copy == talk.session
