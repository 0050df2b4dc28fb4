"""Everything that can be known to be wrong with rules before a conversation is judged by them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from callcenter.quality.classifier import Classifier
from callcenter.quality.conditions import Node, Use, children
from callcenter.quality.probes import PROBES, probe_for
from callcenter.quality.problems import QualityProblem
from callcenter.quality.rule_reader import RuleFiles
from callcenter.quality.rules import Example, Finding, Rule, RuleSet


def compile_rules(
    files: RuleFiles, models: Mapping[str, Classifier], *, examples: bool = True
) -> tuple[RuleSet | None, list[QualityProblem]]:
    """The rule set of what was read, None where it cannot be made, and every problem, by file and line."""
    loaded = files.finish()
    problems = [*files.problems]
    problems += _references(files)
    if not loaded.rules and not problems:
        problems.append(QualityProblem("rules", 1, "no_rules"))
    if problems:
        return None, _sorted(problems)
    rules = RuleSet(loaded, models)
    problems += _everywhere(rules, loaded.conditions)
    if examples:
        for rule in rules.rules:
            problems += _examples(rule, rules)
    return rules, _sorted(problems)


def _sorted(problems: list[QualityProblem]) -> list[QualityProblem]:
    return sorted(problems, key=lambda problem: (problem.file, problem.line, problem.code))


def _references(files: RuleFiles) -> list[QualityProblem]:
    conditions = files.loaded.conditions
    problems: list[QualityProblem] = []
    places = [(name, node, files.condition_places[name]) for name, node in conditions.items()]
    for rule in files.loaded.rules.values():
        places.append((rule.id, rule.when, (rule.file, rule.line)))
        if rule.applies is not None:
            places.append((rule.id, rule.applies, (rule.file, rule.line)))
    for _, node, (file, line) in places:
        for name in sorted(_uses(node) - conditions.keys()):
            detail = {"what": "@condition", "name": name, "near": get_close_matches(name, conditions, 3, 0.5)}
            problems.append(QualityProblem(file, line, "unknown_reference", detail))
    if problems:
        return problems
    left = {name: _uses(node) for name, node in conditions.items()}
    while ready := [name for name, uses in left.items() if not uses & left.keys()]:
        for name in ready:
            del left[name]
    if left:
        file, line = files.condition_places[next(iter(left))]
        problems.append(QualityProblem(file, line, "circular", {"names": " → ".join(left)}))
    return problems


def _uses(node: Node) -> set[str]:
    if isinstance(node, Use):
        return {node.name}
    return {name for child in children(node) for name in _uses(child)}


def _everywhere(rules: RuleSet, conditions: Mapping[str, Node]) -> list[QualityProblem]:
    """Rules that are found in conversations that have nothing in common, and where every word of theirs is said."""
    left = {rule.id for rule in rules.rules}
    for probe in PROBES:
        left &= {finding.id for finding in rules.findings(probe, even_unheard=True)}
    problems: list[QualityProblem] = []
    for rule in rules.rules:
        if rule.id not in left:
            continue
        full = probe_for([rule.when, *([] if rule.applies is None else [rule.applies])], conditions)
        if full is not None and any(finding.id == rule.id for finding in rules.findings(full)):
            problems.append(QualityProblem(rule.file, rule.line, "matches_everything", {"name": rule.id}))
    return problems


def _examples(rule: Rule, rules: RuleSet) -> list[QualityProblem]:
    problems: list[QualityProblem] = []
    if {example.hit for example in rule.examples} != {True, False}:
        problems.append(QualityProblem(rule.file, rule.line, "no_examples", {"name": rule.id}))
    for example in rule.examples:
        found = next((item for item in rules.findings(example.transcript) if item.id == rule.id), None)
        problem = _example(rule, example, found)
        if problem is not None:
            problems.append(problem)
    return problems


def _example(rule: Rule, example: Example, found: Finding | None) -> QualityProblem | None:
    if example.hit and found is None:
        return QualityProblem(rule.file, example.line, "example_missed", {"name": rule.id})
    if found is not None and not example.hit:
        return QualityProblem(rule.file, example.line, "example_hit", {"name": rule.id, "quote": found.quote})
    if found is not None and example.turn is not None and found.turn != example.turn:
        detail = {"name": rule.id, "found": found.turn, "wanted": example.turn}
        return QualityProblem(rule.file, example.line, "example_turn", detail)
    return None
