"""Rules, forms, classifiers and transcripts on disk: the shipped ones and those of a tenant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from callcenter import quality
from callcenter.quality.checker import compile_rules
from callcenter.quality.classifier import Classifier
from callcenter.quality.forms import Form, read_form
from callcenter.quality.problems import QualityProblem
from callcenter.quality.rule_reader import RuleFiles
from callcenter.quality.rules import RuleSet

SHIPPED = Path(quality.__file__).parent
SHIPPED_RULES = SHIPPED / "rules"
SHIPPED_FORM = SHIPPED / "score_forms" / "service.yaml"
SHIPPED_MODELS = SHIPPED / "models"


def models() -> dict[str, Classifier]:
    """The shipped classifiers by name."""
    found: dict[str, Classifier] = {}
    for path in sorted(SHIPPED_MODELS.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        found[path.stem] = Classifier(path.stem, data["bias"], data["weights"])
    return found


def yaml_files(path: Path) -> list[Path]:
    """The file itself, or the YAML files of a folder and those below it. Raises ``OSError``."""
    if path.is_dir():
        return sorted(item for item in path.rglob("*") if item.suffix in (".yaml", ".yml") and item.is_file())
    if not path.exists():
        raise FileNotFoundError(2, "no such file or folder", str(path))
    return [path]


def load_rules(path: Path, *, examples: bool = False) -> tuple[RuleSet | None, list[QualityProblem]]:
    """The rules of a file or folder compiled as one set, and what is wrong with them. Raises ``OSError``."""
    trained = models()
    files = RuleFiles(trained)
    for file in yaml_files(path):
        files.add(str(file), file.read_bytes())
    return compile_rules(files, trained, examples=examples)


def load_form(path: Path, rules: RuleSet) -> Form:
    """A form, its rules checked against those there are. Raises ``OSError``, ``BadForm``."""
    return read_form(str(path), path.read_bytes(), frozenset(rule.id for rule in rules.rules))


def transcript_files(paths: list[Path]) -> Iterator[Path]:
    """Files as named, and the JSON files of folders and those below them. Raises ``OSError``."""
    for path in paths:
        if path.is_dir():
            yield from sorted(item for item in path.rglob("*.json") if item.is_file())
        elif path.exists():
            yield path
        else:
            raise FileNotFoundError(2, "no such file or folder", str(path))
