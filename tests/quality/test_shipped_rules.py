"""The shipped rules: every finding of the catalogue, both languages, their own examples."""

from __future__ import annotations

import random
from pathlib import Path

from callcenter.app.quality_files import SHIPPED_RULES, load_rules, models, yaml_files
from callcenter.quality.checker import compile_rules
from callcenter.quality.rule_reader import RuleFiles
from callcenter.quality.rules import RuleSet

CATALOGUE = """
greeting_missing name_missing recording_notice_missing identity_not_verified identity_over_asked
forbidden_promise risk_disclosure_missing rate_misleading pressure_selling no_call_ignored rude_words
dismissive interruption long_silence hold_unannounced speech_too_fast jargon_elder complaint_not_logged
complaint_escalation customer_angry fraud_signal self_harm_signal collection_threat collection_third_party
collection_hours wrong_information solution_confirmed_missing closing_missing survey_missing bot_loop
"""


def shipped() -> RuleSet:
    rules, problems = load_rules(SHIPPED_RULES, examples=True)
    assert [problem.line_in("en") for problem in problems] == []
    assert rules is not None
    return rules


def test_every_finding_of_the_catalogue_has_a_rule_whose_examples_hold() -> None:
    rules = shipped()
    assert {rule.id for rule in rules.rules} >= set(CATALOGUE.split())
    for rule in rules.rules:
        assert {example.hit for example in rule.examples} == {True, False}, rule.id
        assert rule.title["zh"] != rule.title["en"]


def test_verdicts_do_not_depend_on_the_order_of_files_and_rules() -> None:
    rules = shipped()
    conversations = [example.transcript for rule in rules.rules for example in rule.examples]
    wanted = [rules.findings(transcript) for transcript in conversations]
    for seed in range(3):
        paths = yaml_files(SHIPPED_RULES)
        random.Random(seed).shuffle(paths)
        again = _read(paths, seed)
        assert [again.findings(transcript) for transcript in conversations] == wanted


def _read(paths: list[Path], seed: int) -> RuleSet:
    trained = models(SHIPPED_RULES)
    files = RuleFiles(trained)
    for path in paths:
        files.add(str(path), path.read_bytes())
    loaded = files.finish()
    order = [*loaded.rules]
    random.Random(seed).shuffle(order)
    loaded.rules = {name: loaded.rules[name] for name in order}
    return RuleSet(loaded, trained)


def test_a_rule_set_made_of_one_rule_says_what_the_whole_says_of_it() -> None:
    rules = shipped()
    trained = models(SHIPPED_RULES)
    for chosen in rules.rules[::4]:
        files = RuleFiles(trained)
        for path in yaml_files(SHIPPED_RULES):
            files.add(str(path), path.read_bytes())
        loaded = files.finish()
        loaded.rules = {chosen.id: loaded.rules[chosen.id]}
        alone = RuleSet(loaded, trained)
        for example in chosen.examples:
            whole = [finding for finding in rules.findings(example.transcript) if finding.id == chosen.id]
            assert alone.findings(example.transcript) == whole


def test_compiling_tells_its_problems_once() -> None:
    files = RuleFiles()
    assert compile_rules(files, {})[1][0].code == "no_rules"
