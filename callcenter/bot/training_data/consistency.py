"""Whether the files of a project agree: intents and entities exist, no sentence under two intents, enough of each."""

from __future__ import annotations

from collections import Counter
from typing import Any

from callcenter.bot.training_data.model import OUT_OF_SCOPE, DataProblem, Example, Project, same_sentence
from callcenter.bot.training_data.rasa_nlu import near

FEW = 5
"""An intent with fewer sentences is named."""


def check(project: Project, *, for_training: bool, lenient: bool) -> None:
    """Add what does not fit together to the project's problems.

    ``lenient``: contradicting sentences are named but both kept, as in collected data that nobody wrote by hand.
    """
    if not project.examples and not project.problems:
        code = "no_rows" if lenient else "not_a_project"
        project.problems.append(DataProblem(project.name, 1, code))
        return
    if for_training:
        _check_names(project)
        _check_counts(project)
    _check_repeats(project, blocks=for_training and not lenient)


def _check_names(project: Project) -> None:
    intents, entities = project.intents, project.entities
    for example in project.examples:
        if intents and example.intent not in intents and example.intent.partition("/")[0] not in intents:
            _say(project, example, "unknown_intent", intent=example.intent, near=near(example.intent, intents))
        for mark in example.annotations:
            if entities is not None and mark.entity not in entities:
                _say(project, example, "unknown_entity", entity=mark.entity, near=near(mark.entity, entities))


def _check_counts(project: Project) -> None:
    counts = Counter(example.intent for example in project.examples)
    spoken = {intent.partition("/")[0] for intent in counts}
    for intent in project.intents:
        if intent not in counts and intent not in spoken:
            detail: dict[str, Any] = {"intent": intent}
            project.problems.append(DataProblem(project.name, 1, "intent_without_examples", detail, blocks=False))
    first = {example.intent: example for example in reversed(project.examples)}
    for intent, count in counts.items():
        if count < FEW:
            _say(project, first[intent], "intent_with_few_examples", blocks=False, intent=intent, count=count)
    known = len(counts.keys() - {OUT_OF_SCOPE})
    if known < 2 and not any(problem.blocks for problem in project.problems):
        project.problems.append(DataProblem(project.name, 1, "too_few_intents", {"count": known}))


def _check_repeats(project: Project, *, blocks: bool) -> None:
    seen: dict[str, Example] = {}
    for example in project.examples:
        first = seen.setdefault(same_sentence(example.text), example)
        where = f"{first.file}:{first.line}"
        text = example.text[:60]
        if first.intent != example.intent:
            detail = {"intent": example.intent, "other": first.intent, "where": where}
            _say(project, example, "contradiction", blocks=blocks, text=text, **detail)
        elif first is not example and first.text == example.text:
            _say(project, example, "repeated_example", blocks=False, text=text, where=where)


def _say(project: Project, example: Example, code: str, *, blocks: bool = True, **detail: Any) -> None:
    project.problems.append(DataProblem(example.file, example.line, code, detail, blocks=blocks))
