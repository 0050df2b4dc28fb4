"""Short ways to write rules and conversations in tests."""

from __future__ import annotations

from typing import Any

from callcenter.quality.checker import compile_rules
from callcenter.quality.problems import QualityProblem
from callcenter.quality.rule_reader import RuleFiles
from callcenter.quality.rules import Finding, RuleSet
from callcenter.quality.transcript import Transcript
from callcenter.quality.transcript_file import TranscriptFile, build_transcript


def talk(
    *said: tuple[str, str] | tuple[str, str, int, int], holds: Any = (), language: str = "zh", **call: Any
) -> Transcript:
    """A conversation of (speaker, text) or (speaker, text, start_ms, end_ms)."""
    turns: list[dict[str, Any]] = []
    now = 0
    for one in said:
        start, end = (one[2], one[3]) if len(one) == 4 else (now, now + 250 * len(one[1]))
        turns.append({"speaker": one[0], "text": one[1], "start_ms": start, "end_ms": end})
        now = end + 300
    medium = call.pop("medium", "voice")
    spans = [{"start_ms": start, "end_ms": end} for start, end in holds]
    data = {"id": "t", "medium": medium, "language": language, "call": call, "holds": spans, "turns": turns}
    return build_transcript("t.json", TranscriptFile.model_validate(data))


def problems_of(text: str, *more: str, examples: bool = False) -> list[QualityProblem]:
    files = RuleFiles()
    for number, one in enumerate((text, *more)):
        files.add(f"r{number}.yaml", one.encode())
    return compile_rules(files, {}, examples=examples)[1]


def rules_of(text: str) -> RuleSet:
    files = RuleFiles()
    files.add("r.yaml", text.encode())
    rules, problems = compile_rules(files, {}, examples=False)
    assert rules is not None, [problem.line_in("en") for problem in problems]
    assert not problems, [problem.line_in("en") for problem in problems]
    return rules


def rule(when: str, extra: str = "", name: str = "r") -> str:
    return f"rules:\n  - id: {name}\n    title: T\n    kind: service\n    side: both\n    when: {when}\n{extra}"


def found(when: str, transcript: Transcript, extra: str = "") -> Finding | None:
    return next(iter(rules_of(rule(when, extra)).findings(transcript)), None)
