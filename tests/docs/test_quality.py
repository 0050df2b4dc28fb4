"""What the page about quality shows can be used as it stands."""

from __future__ import annotations

import json
import re
from pathlib import Path

from callcenter.app.quality_files import SHIPPED_FORM, SHIPPED_RULES, load_form, load_rules
from callcenter.quality.operators import CALL_FIELDS, OPERATORS, UNITS
from callcenter.quality.rules import Finding
from callcenter.quality.scoring import score
from callcenter.quality.transcript_file import read_transcript

PAGE = (Path(__file__).parents[2] / "docs/quality.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def test_the_transcript_is_read_and_scored() -> None:
    rules, _ = load_rules(SHIPPED_RULES)
    assert rules is not None
    transcript = read_transcript("page.json", blocks("json")[0].encode())
    assert transcript.notes == ()
    assert score(transcript, rules, load_form(SHIPPED_FORM, rules)).score is not None


def test_a_finding_has_the_fields_it_has() -> None:
    assert list(json.loads(blocks("json")[1])) == list(Finding.__struct_fields__)


def test_the_rule_holds_with_its_examples(tmp_path: Path) -> None:
    (tmp_path / "page.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    rules, problems = load_rules(tmp_path, examples=True)
    assert [problem.line_in("en") for problem in problems] == []
    assert rules is not None


def test_every_operator_unit_and_call_field_is_named() -> None:
    for name in [*OPERATORS, *CALL_FIELDS, *UNITS]:
        assert re.search(rf"`[^`]*\b{name}\b[^`]*`", PAGE), name
