"""Conversations written beside rules: ``- agent: words`` a turn, with times where they matter."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from callcenter.domain.yamlfile import Document, Place
from callcenter.quality.condition_reader import kind_of
from callcenter.quality.problems import QualityProblem
from callcenter.quality.rules import Example
from callcenter.quality.transcript import SPEAKERS, Transcript
from callcenter.quality.transcript_file import BadTranscript, TranscriptFile, build_transcript

MS_A_CHARACTER = 220
GAP_MS = 400
_FIELDS = ("turns", "at", "call", "medium", "language", "holds")


class ExampleReader:
    """Reads the examples of one document's rules."""

    def __init__(self, document: Document, problems: list[QualityProblem]) -> None:
        self._document = document
        self._problems = problems

    def read(self, value: Any, place: Place) -> list[Example]:
        """``hit:`` and ``miss:``, each a list of conversations. Without times, turns follow one another."""
        found: list[Example] = []
        if not isinstance(value, dict) or not set(value) <= {"hit", "miss"}:
            self._wrong(place, value, "@record", "hit, miss")
            return found
        for group, items in value.items():
            if not isinstance(items, list):
                self._wrong((*place, group), items, "@list")
                continue
            for number, item in enumerate(items):
                example = self._example(group == "hit", item, (*place, group, str(number)))
                if example is not None:
                    found.append(example)
        return found

    def _wrong(self, place: Place, value: Any, expected: str, limit: str = "") -> None:
        detail = {"field": place[-1], "found": kind_of(value), "expected": expected, "limit": limit}
        self._problems.append(QualityProblem(self._document.file, self._document.line(place), "wrong_type", detail))

    def _example(self, hit: bool, item: Any, place: Place) -> Example | None:
        value = {"turns": item} if isinstance(item, list) else item
        if not isinstance(value, dict) or not isinstance(value.get("turns"), list) or not set(value) <= set(_FIELDS):
            self._wrong(place, item, "@record", ", ".join(_FIELDS))
            return None
        turns = self._turns(value["turns"], (*place, "turns"))
        transcript = None if turns is None else self._transcript(value, turns, place)
        if transcript is None:
            return None
        return Example(hit, transcript, value.get("at"), self._document.line(place))

    def _turns(self, items: list[Any], place: Place) -> list[dict[str, Any]] | None:
        turns: list[dict[str, Any]] = []
        now = 0
        for number, item in enumerate(items):
            speaker = next((name for name in SPEAKERS if isinstance(item, dict) and name in item), None)
            if speaker is None or not set(item) <= {speaker, "start_ms", "end_ms", "confidence"}:
                self._wrong((*place, str(number)), item, "@one_of", ", ".join(f"{name}: …" for name in SPEAKERS))
                return None
            text = str(item[speaker])
            start = item.get("start_ms", now)
            end = item.get("end_ms", start + MS_A_CHARACTER * len(text) if isinstance(start, int) else start)
            turns.append({"speaker": speaker, "start_ms": start, "end_ms": end, "text": text,
                          "confidence": item.get("confidence", 1.0)})  # fmt: skip
            now = end + GAP_MS if isinstance(end, int) else now
        return turns

    def _transcript(self, value: dict[str, Any], turns: list[dict[str, Any]], place: Place) -> Transcript | None:
        plain = {name: value[name] for name in ("call", "medium", "language", "holds") if name in value}
        try:
            return build_transcript(self._document.file, TranscriptFile.model_validate({**plain, "turns": turns}))
        except ValidationError as error:
            for item in error.errors(include_url=False):
                inner = tuple(str(part) for part in item["loc"])
                self._wrong((*place, *inner), item["input"], "@value", item["msg"])
        except BadTranscript as error:
            line = self._document.line(place)
            self._problems += [
                QualityProblem(problem.file, line, problem.code, problem.detail) for problem in error.problems
            ]
        return None
