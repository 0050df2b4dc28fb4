"""Rules, forms, classifiers and transcripts on disk: the shipped ones and those of a tenant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from callcenter import quality
from callcenter.domain.errors import ConfigError
from callcenter.quality.checker import compile_rules
from callcenter.quality.classifier import Classifier
from callcenter.quality.forms import Form, read_form
from callcenter.quality.problems import QualityProblem
from callcenter.quality.rule_reader import RuleFiles
from callcenter.quality.rules import RuleSet

SHIPPED = Path(quality.__file__).parent
SHIPPED_RULES = SHIPPED / "rules"
SHIPPED_FORM = SHIPPED / "score_forms" / "service.yaml"


class Trained(msgspec.Struct):
    """What ``callcenter quality train`` writes, as far as it is read again."""

    bias: float
    weights: dict[str, float]


def models(rules: Path) -> dict[str, Classifier]:
    """The classifiers beside rules, by name: ``models/NAME.json`` of their folder. Raises ``ConfigError``."""
    folder = rules if rules.is_dir() else rules.parent
    found: dict[str, Classifier] = {}
    for path in sorted((folder / "models").glob("*.json")):
        try:
            data = msgspec.json.decode(path.read_bytes(), type=Trained)
        except msgspec.DecodeError as error:
            raise ConfigError(
                str(path), f"this is no trained classifier: {error}", "callcenter quality train"
            ) from None
        found[path.stem] = Classifier(path.stem, data.bias, data.weights)
    return found


def yaml_files(path: Path) -> list[Path]:
    """The file itself, or the YAML files of a folder and those below it. Raises ``OSError``."""
    if path.is_dir():
        return sorted(item for item in path.rglob("*") if item.suffix in (".yaml", ".yml") and item.is_file())
    if not path.exists():
        raise FileNotFoundError(2, "no such file or folder", str(path))
    return [path]


def load_rules(path: Path, *, examples: bool = False) -> tuple[RuleSet | None, list[QualityProblem]]:
    """The rules of a file or folder as one set, and what is wrong with them. Raises ``OSError``, ``ConfigError``."""
    trained = models(path)
    files = RuleFiles(trained)
    for file in yaml_files(path):
        files.add(str(file), file.read_bytes())
    return compile_rules(files, trained, examples=examples)


def load_form(path: Path, rules: RuleSet) -> Form:
    """A form, its rules checked against those there are. Raises ``OSError``, ``BadForm``."""
    return read_form(str(path), path.read_bytes(), frozenset(rule.id for rule in rules.rules))


def read_written(files: Mapping[str, str], *, examples: bool = True) -> tuple[RuleSet | None, list[QualityProblem]]:
    """The rules of texts by file name as one set, and what is wrong with them."""
    read = RuleFiles()
    for name in sorted(files):
        read.add(name, files[name].encode())
    return compile_rules(read, {}, examples=examples)


def written_rules(files: Mapping[str, str]) -> RuleSet:
    """The published rules. Raises ``ConfigError`` where this release can not read them."""
    rules, problems = read_written(files, examples=False)
    if rules is None:
        first = problems[0]
        raise ConfigError(f"{first.file}:{first.line}", first.message_in("en"), first.mend_in("en"))
    return rules


def written_form(files: Mapping[str, str], rules: frozenset[str]) -> Form:
    """A form from its text, checked against the ids of rules there are. Raises ``BadForm``."""
    name, text = next(iter(files.items()))
    return read_form(name, text.encode(), rules)


def transcript_files(paths: list[Path]) -> Iterator[Path]:
    """Files as named, and the JSON files of folders and those below them. Raises ``OSError``."""
    for path in paths:
        if path.is_dir():
            yield from sorted(item for item in path.rglob("*.json") if item.is_file())
        elif path.exists():
            yield path
        else:
            raise FileNotFoundError(2, "no such file or folder", str(path))
