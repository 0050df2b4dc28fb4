"""The shipped sentences with a trainer's own on top, and those kept aside to judge by. Shipped files are only read."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from callcenter.bot.embedded.keeping import fingerprint
from callcenter.bot.training_data import Example, Project, read_project
from callcenter.bot.training_data.model import same_sentence

WHERE = "trainer"
"""What stands for a file in examples of the working copy."""
ASIDE_EACH = 5
"""Where no file is held out, one of so many sentences of an intent is."""


def with_examples(project: Project, examples: Sequence[tuple[str, str]]) -> None:
    """Put a trainer's sentences into the project. Where both have the same one, the trainer's intent holds."""
    own = {same_sentence(text): intent for text, intent in examples}
    project.examples = [one for one in project.examples if own.get(same_sentence(one.text), one.intent) == one.intent]
    there = {same_sentence(one.text) for one in project.examples}
    for line, (text, intent) in enumerate(examples, 1):
        if own[same_sentence(text)] == intent and same_sentence(text) not in there:
            project.examples.append(Example(text, intent, file=WHERE, line=line))
            there.add(same_sentence(text))
        if project.intents and intent not in project.intents:
            project.intents.append(intent)


def held_out(project: Project, folder: Path) -> tuple[list[Example], str]:
    """Take what is judged by out of the project: ``files`` of it beside the data, else a ``split`` of its sentences.

    Raises ``BadTrainingData`` where such a file is wrong.
    """
    files = sorted((folder / "tests").glob("heldout*.yml")) if folder.is_dir() else []
    if files:
        kept = [one for file in files for one in read_project(file, for_training=False).examples]
        aside = {same_sentence(one.text) for one in kept}
        project.examples = [one for one in project.examples if same_sentence(one.text) not in aside]
        return kept, "files"
    kept = list(_every_fifth(project.examples))
    chosen = {id(one) for one in kept}
    project.examples = [one for one in project.examples if id(one) not in chosen]
    return kept, "split"


def _every_fifth(examples: Iterable[Example]) -> Iterable[Example]:
    """The same ones each time, whatever was added meanwhile: the lowest by hash of each intent."""
    by_intent: dict[str, list[Example]] = defaultdict(list)
    for one in examples:
        by_intent[one.intent].append(one)
    for found in by_intent.values():
        shipped = sorted((one for one in found if one.file != WHERE), key=_mixed)
        yield from shipped[: len(shipped) // ASIDE_EACH]


def _mixed(example: Example) -> str:
    return hashlib.sha256(same_sentence(example.text).encode()).hexdigest()


def data_hash(folder: Path, examples: Sequence[tuple[str, str]]) -> str:
    """The same for the same shipped files and the same examples."""
    digest = hashlib.sha256((fingerprint(folder) if folder.is_dir() else str(folder)).encode())
    for text, intent in sorted(examples):
        digest.update(f"\0{intent}\0{text}".encode())
    return digest.hexdigest()[:16]
