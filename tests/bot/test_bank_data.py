"""The bank's assistant as data: complete, without doubles, in both languages, promising nothing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from tests.bot import bank_data as data

AT_LEAST = {"zh": 24, "en": 20}
_IDS = """
card_loss_report card_unblock card_replace card_activate card_apply card_apply_status card_cancel card_swallowed
card_tail_or_type_query balance_query transaction_query unknown_transaction bill_query bill_not_received repay_how
repay_failed repay_early repay_difficulty overdue_query instalment_apply instalment_cancel limit_query limit_raise
limit_lower cash_advance annual_fee fee_query fee_refund points_query transfer_how transfer_failed transfer_wrong
transfer_verify deposit_rate deposit_open deposit_withdraw wealth_query wealth_redeem wealth_loss_complaint loan_apply
loan_progress mortgage_query fx_query password_forgot password_change phone_change id_expired account_frozen
app_problem ebank_open sms_notice verification_code fraud_report branch_query atm_problem company_service complaint
complaint_progress no_more_calls human_agent elder_service callback_request affirm correct_value deny repeat greet
thanks goodbye out_of_scope
"""
CATALOGUE = _IDS.split()
"""What every bank's hotline hears; the id of an intent is what flows, reports and trained models are kept by."""

ENTITIES = {"card_tail", "amount", "date", "phone", "product", "branch", "period", "risk_word"}
PROMISES = re.compile(
    r"保证|保本|稳赚|包过|必过|必批|秒批|百分之百|100\s*%|零风险|无风险|肯定(能|可以|会)|一定(能|可以|会)|承诺|年化|最高收益|\d\s*[%‰]"
    r"|guarantee|risk[- ]free|no risk|certain(ly)? (to|be)|will be (approved|granted|raised)|assured|surely"
    r"|per ?cent|we promise",
    re.IGNORECASE,
)
AI_LABEL = {"zh": (r"人工智能|AI", r"生成|合成"), "en": (r"\bAI\b", r"generated|synthesi[sz]ed")}


def texts(response: str) -> Iterator[tuple[str, str]]:
    """Language and text of every variation of a response."""
    for variation in data.domain()["responses"][response]:
        languages = [part["value"] for part in variation["condition"] if part["name"] == "language"]
        assert len(languages) == 1, f"{response}: a variation needs one language"
        yield languages[0], variation["text"]


def steps_of(story: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for step in story["steps"]:
        yield from step.get("or", [step])


class TestIntents:
    def test_every_intent_of_the_catalogue_is_there(self) -> None:
        assert set(CATALOGUE) <= set(data.catalogue())

    def test_catalogue_and_domain_know_the_same_intents(self) -> None:
        assert sorted(data.domain()["intents"]) == sorted(data.catalogue())

    @pytest.mark.parametrize("language", data.LANGUAGES)
    def test_sentences_stand_in_the_file_of_their_theme(self, language: str) -> None:
        themes = {name: intent["theme"] for name, intent in data.catalogue().items()}
        strays = [found for found in data.training(language) if found.file != f"{themes.get(found.intent)}.yml"]
        assert strays == []

    @pytest.mark.parametrize("language", data.LANGUAGES)
    def test_every_intent_is_said_in_enough_ways(self, language: str) -> None:
        counts = Counter(example.intent for example in data.training(language))
        assert {name: counts[name] for name in data.catalogue() if counts[name] < AT_LEAST[language]} == {}

    def test_enough_is_out_of_scope(self) -> None:
        assert sum(example.intent == "out_of_scope" for example in data.all_training()) >= 330

    @pytest.mark.parametrize("language", data.LANGUAGES)
    def test_every_intent_has_five_sentences_held_out(self, language: str) -> None:
        counts = Counter(example.intent for example in data.held_out(language))
        wanted = set(data.catalogue()) - {"out_of_scope"}
        assert {name: counts[name] for name in wanted if counts[name] < 5} == {}
        assert set(counts) == wanted

    def test_enough_out_of_scope_is_held_out(self) -> None:
        intents = Counter(example.intent for example in data.held_out("oos"))
        assert set(intents) == {"out_of_scope"}
        assert intents["out_of_scope"] >= 320


class TestDoubles:
    def test_no_sentence_stands_twice_in_training(self) -> None:
        assert doubles(data.all_training()) == {}

    def test_no_sentence_stands_twice_among_the_held_out(self) -> None:
        assert doubles(data.all_held_out()) == {}

    def test_nothing_held_out_is_trained_on(self) -> None:
        trained = {example.normal for example in data.all_training()}
        assert [example.text for example in data.all_held_out() if example.normal in trained] == []

    def test_nothing_held_out_is_trained_on_but_for_politeness(self) -> None:
        trained = {example.core for example in data.all_training() if len(example.core) > 4}
        assert [example.text for example in data.all_held_out() if example.core in trained] == []

    def test_no_two_intents_share_a_sentence_but_for_politeness(self) -> None:
        seen: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for example in data.all_training():
            seen[example.core].add((example.intent, example.text))
        assert [found for found in seen.values() if len({intent for intent, _ in found}) > 1] == []


class TestEntities:
    def test_only_known_entities_are_marked(self) -> None:
        assert {entity for example in data.all_training() for _, entity in example.marks} == ENTITIES
        assert set(data.domain()["entities"]) >= ENTITIES

    def test_no_bracket_is_left_over(self) -> None:
        everything = [*data.all_training(), *data.all_held_out()]
        assert [example.text for example in everything if re.search(r"[\[\]{}]|\]\(", example.text)] == []

    def test_card_tails_are_four_digits(self) -> None:
        tails = [value for example in data.all_training() for value, entity in example.marks if entity == "card_tail"]
        assert [tail for tail in tails if not re.fullmatch(r"\d{4}", tail)] == []

    def test_a_named_product_or_branch_is_marked_wherever_it_is_said(self) -> None:
        for language in data.LANGUAGES:
            examples = data.training(language)
            named = {value for example in examples for value, kind in example.marks if kind in {"product", "branch"}}
            named -= {"金卡"}  # also part of 养老金卡
            for example in examples:
                marked = " ".join(value for value, _ in example.marks)
                missed = [name for name in named if name in example.text and name not in marked]
                assert missed == [], f"{example.file}, {example.intent}: {example.text}"

    def test_telephone_numbers_are_nobodys(self) -> None:
        everything = [*data.all_training(), *data.all_held_out()]
        numbers = [number for example in everything for number in re.findall(r"1\d{10}", example.text)]
        assert [number for number in numbers if not number.startswith("1380000")] == []


class TestResponses:
    @pytest.mark.parametrize("response", sorted(data.domain()["responses"]))
    def test_every_response_speaks_both_languages(self, response: str) -> None:
        assert sorted(language for language, _ in texts(response)) == sorted(data.LANGUAGES)
        for language, text in texts(response):
            assert bool(re.search(r"[\u4e00-\u9fff]", text)) == (language == "zh"), text

    @pytest.mark.parametrize("response", sorted(data.domain()["responses"]))
    def test_no_response_makes_a_financial_promise(self, response: str) -> None:
        assert [text for _, text in texts(response) if PROMISES.search(text)] == []

    @pytest.mark.parametrize("response", sorted(data.domain()["responses"]))
    def test_a_response_names_only_slots_there_are(self, response: str) -> None:
        named = {slot for _, text in texts(response) for slot in re.findall(r"\{(\w+)\}", text)}
        assert named <= set(data.domain()["slots"])

    def test_the_promises_looked_for_would_be_found(self) -> None:
        caught = ["本产品保本", "一定能批", "年化3%", "returns are guaranteed", "your limit will be raised"]
        assert [text for text in caught if not PROMISES.search(text)] == []

    @pytest.mark.parametrize("language", data.LANGUAGES)
    def test_the_greeting_says_that_an_ai_speaks(self, language: str) -> None:
        greeting = dict(texts("utter_greet"))[language]
        assert [part for part in AI_LABEL[language] if not re.search(part, greeting)] == []


class TestDialogue:
    def test_rules_name_only_what_the_domain_has(self) -> None:
        domain = data.domain()
        intents = {*domain["intents"], "nlu_fallback"}
        built_in = {"action_deactivate_loop", "action_listen"}
        actions = {*domain["responses"], *domain["actions"], *domain["forms"], *built_in}
        for rule in data.rules():
            for step in steps_of(rule):
                assert step.get("intent", "greet") in intents, rule["rule"]
                assert step.get("action", "action_listen") in actions, rule["rule"]

    def test_every_intent_begins_a_rule(self) -> None:
        begun = {step["intent"] for rule in data.rules() for step in steps_of(rule) if "intent" in step}
        assert set(data.catalogue()) - begun == set()

    def test_no_rule_stands_twice(self) -> None:
        assert [name for name, times in Counter(rule["rule"] for rule in data.rules()).items() if times > 1] == []

    def test_every_slot_of_a_form_is_asked_for(self) -> None:
        domain = data.domain()
        for form, described in domain["forms"].items():
            for slot in described["required_slots"]:
                assert slot in domain["slots"]
                asked = {f"utter_ask_{form}_{slot}", f"utter_ask_{slot}"}
                assert asked & set(domain["responses"]), f"{form}: nothing asks for {slot}"

    @pytest.mark.parametrize("form", sorted(data.domain()["forms"]))
    def test_a_person_and_danger_end_every_form(self, form: str) -> None:
        inside = [rule for rule in data.rules() if {"active_loop": form} in rule.get("condition", [])]
        ending = {
            step["intent"]
            for rule in inside
            if {"action": "action_handover"} in rule["steps"]
            for step in steps_of(rule)
            if "intent" in step
        }
        assert {"human_agent", "crisis", "fraud_report", "nlu_fallback"} <= ending

    def test_words_of_risk_reach_a_person(self) -> None:
        lookups = data.load(data.MODELS / "data" / "nlu" / "lookups.yml")["nlu"]
        words = next(block["examples"] for block in lookups if block.get("lookup") == "risk_word")
        assert [
            word for word in ("12378", "律师", "自杀", "诈骗", "lawyer", "suicide") if f"- {word}\n" not in words
        ] == []
        rule = next(
            rule for rule in data.rules() if {"slot_was_set": [{"risk_word": "any"}]} in rule.get("condition", [])
        )
        assert {"intent": "complaint"} in list(steps_of(rule))
        assert {"action": "action_handover"} in rule["steps"]


class TestConversations:
    def test_there_are_thirty_in_both_languages(self) -> None:
        assert len(data.test_stories()) >= 30
        spoken = Counter(
            slot["language"]
            for story in data.test_stories()
            for step in story["steps"]
            for slot in step.get("slot_was_set", [])
            if "language" in slot
        )
        assert min(spoken["zh"], spoken["en"]) >= 10

    def test_names_are_unlike(self) -> None:
        names = Counter(story["story"] for story in data.test_stories())
        assert [name for name, times in names.items() if times > 1] == []

    def test_they_use_what_the_domain_has(self) -> None:
        domain = data.domain()
        actions = {*domain["responses"], *domain["actions"], *domain["forms"], "action_deactivate_loop"}
        for story in data.test_stories():
            for step in story["steps"]:
                if "user" in step:
                    assert step["intent"] in {*domain["intents"], "nlu_fallback"}, story["story"]
                if "action" in step:
                    assert step["action"] in actions, f"{story['story']}: {step['action']}"

    def test_nothing_is_said_after_the_hand_over(self) -> None:
        for story in data.test_stories():
            actions = [step["action"] for step in story["steps"] if "action" in step]
            if "action_handover" in actions:
                after = actions[actions.index("action_handover") + 1 :]
                assert after in ([], ["action_clear_form"]), story["story"]


def doubles(examples: list[data.Example]) -> dict[str, list[str]]:
    """Normal forms that stand more than once, with where."""
    seen: dict[str, list[str]] = defaultdict(list)
    for example in examples:
        seen[example.normal].append(f"{example.file}:{example.intent}")
    return {normal: places for normal, places in seen.items() if len(places) > 1}
