"""Reads `nlu_models/` as plain YAML: no assistant, no engine."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

MODELS = Path(__file__).resolve().parents[2] / "nlu_models"
LANGUAGES = ("zh", "en")
_MARK = re.compile(r"\[([^\]]+)\]\((\w+)\)")
_FILLERS = re.compile(
    r"\b(please|pls|the|my|a|an|i|can you|could you|hi|hello|um|erm)\b"
    r"|请问|您好|你好|麻烦|请|帮我|给我|帮忙|一下|那个|我想|我要|我的"
    r"|[的了吗呢啊呀吧我]"
)


@dataclass(frozen=True)
class Example:
    """One sentence with its intent, its file and its marked entities (value, entity)."""

    intent: str
    text: str
    marks: tuple[tuple[str, str], ...]
    file: str

    @property
    def normal(self) -> str:
        """Letters and digits alone, lower case: equal for sentences that differ in marks and punctuation."""
        folded = unicodedata.normalize("NFKC", self.text).lower()
        return "".join(char for char in folded if char.isalnum())

    @property
    def core(self) -> str:
        """The normal form without words of politeness: equal for sentences that say the same in the same words."""
        bare = _FILLERS.sub(" ", unicodedata.normalize("NFKC", self.text).lower())
        return "".join(char for char in bare if char.isalnum()) or self.normal


def load(path: Path) -> Any:
    """A YAML file of the models' folder."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def examples_of(path: Path) -> list[Example]:
    """All sentences of an NLU file; lookups and patterns are left out."""
    found = []
    for block in load(path)["nlu"]:
        if "intent" not in block:
            continue
        for line in block["examples"].splitlines():
            if line.strip():
                assert line.startswith("- "), f"{path.name}, {block['intent']}: {line!r} must begin with a dash"
                marked = line[2:].strip()
                text = _MARK.sub(r"\1", marked)
                found.append(Example(block["intent"], text, tuple(_MARK.findall(marked)), path.name))
    return found


@cache
def training(language: str) -> tuple[Example, ...]:
    """What is trained on in one language."""
    folder = MODELS / "data" / "nlu" / language
    return tuple(example for path in sorted(folder.glob("*.yml")) for example in examples_of(path))


@cache
def held_out(name: str) -> tuple[Example, ...]:
    """One of the sets that are never trained on: zh, en, oos."""
    return tuple(examples_of(MODELS / "tests" / f"heldout_{name}.yml"))


def all_training() -> list[Example]:
    return [example for language in LANGUAGES for example in training(language)]


def all_held_out() -> list[Example]:
    return [example for name in (*LANGUAGES, "oos") for example in held_out(name)]


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """Intents by id, from `intents.yml`."""
    return {intent["id"]: intent for intent in load(MODELS / "intents.yml")["intents"]}


@cache
def domain() -> dict[str, Any]:
    return dict(load(MODELS / "domain.yml"))


@cache
def rules() -> tuple[dict[str, Any], ...]:
    files = sorted((MODELS / "data" / "rules").glob("*.yml"))
    return tuple(rule for path in files for rule in load(path)["rules"])


@cache
def test_stories() -> tuple[dict[str, Any], ...]:
    files = sorted((MODELS / "tests" / "stories").glob("*.yml"))
    return tuple(story for path in files for story in load(path)["stories"])


test_stories.__test__ = False  # type: ignore[attr-defined]
