"""Score forms: sections of weighted items, deductions and fatal items; the same for people and bots."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from callcenter.domain.errors import ConfigError
from callcenter.domain.yamlfile import BadYaml, Document, read_bytes
from callcenter.quality.condition_reader import kind_of
from callcenter.quality.problems import QualityProblem

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,60}$")]
Title = str | dict[Literal["zh", "en"], str]
Points = Annotated[float, Field(ge=0, le=1000, strict=False)]


class _Plain(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Item(_Plain):
    """``weight`` points, of which each finding of ``rules`` takes ``deduct`` (all of them when left out).

    ``scored``: ``automatic``, ``human`` (waits for a reviewer) or ``mixed`` (automatic until a reviewer scores it).
    A ``fatal`` item has no weight: a finding zeroes the whole score.
    """

    id: Id
    title: Title
    weight: Points = 0
    scored: Literal["automatic", "human", "mixed"] = "automatic"
    rules: tuple[Id, ...] = Field(default=(), strict=False)
    deduct: Points | None = None
    fatal: bool = False


class Section(_Plain):
    """Items together; ``weight``, where given, is what they must add up to."""

    id: Id
    title: Title
    weight: Points | None = None
    items: tuple[Item, ...] = Field(min_length=1, strict=False)


class Deduction(_Plain):
    """Points taken from the sum for each finding of ``rules``, at most ``most``."""

    id: Id
    title: Title
    rules: tuple[Id, ...] = Field(min_length=1, strict=False)
    points: Points
    most: Points | None = None


class Form(_Plain):
    """A score form of one ``version``; the weights of all items add up to ``total``."""

    form: Id
    version: int = Field(ge=1)
    title: Title
    total: Points = 100
    sections: tuple[Section, ...] = Field(min_length=1, strict=False)
    deductions: tuple[Deduction, ...] = Field(default=(), strict=False)


class BadForm(ConfigError):
    """A file that is no form; ``problems`` says everything that is wrong, at least one."""

    def __init__(self, problems: list[QualityProblem], language: str = "zh") -> None:
        first = problems[0]
        super().__init__(f"{first.file}:{first.line}", first.message_in(language), first.mend_in(language))
        self.problems = problems


def read_form(file: str, raw: bytes, rules: frozenset[str]) -> Form:
    """Read and check a form; ``rules`` are the ids there are. Raises :class:`BadForm`."""
    try:
        document = read_bytes(file, raw)
    except BadYaml as error:
        raise BadForm([QualityProblem(file, fault.line, fault.code, fault.detail) for fault in error.faults]) from None
    if not isinstance(document.data, dict):
        raise BadForm([QualityProblem(file, 1, "not_a_record", {"found": kind_of(document.data)})])
    try:
        form = Form.model_validate(document.data)
    except ValidationError as error:
        raise BadForm([_problem(document, item) for item in error.errors(include_url=False)]) from None
    problems = _check(form, document, rules)
    if problems:
        raise BadForm(sorted(problems, key=lambda problem: problem.line))
    return form


def _problem(document: Document, item: Any) -> QualityProblem:
    place = tuple(str(part) for part in item["loc"])
    line = document.line(place)
    last = place[-1] if place else "form"
    if item["type"] == "missing":
        return QualityProblem(document.file, line, "missing_field", {"field": last})
    if item["type"] == "extra_forbidden":
        return QualityProblem(document.file, line, "unknown_field", {"field": last, "near": []})
    detail = {"field": last, "found": kind_of(item["input"]), "expected": "@value", "limit": item["msg"]}
    return QualityProblem(document.file, line, "wrong_type", detail)


def _check(form: Form, document: Document, rules: frozenset[str]) -> list[QualityProblem]:
    problems: list[QualityProblem] = []
    seen: dict[str, int] = {}

    def say(place: tuple[str, ...], code: str, **detail: object) -> None:
        problems.append(QualityProblem(document.file, document.line(place), code, detail))

    def known(place: tuple[str, ...], name: str) -> None:
        line = document.line((*place, "id"))
        if name in seen:
            say((*place, "id"), "duplicate_id", name=name, first=f"{document.file}:{seen[name]}")
        seen.setdefault(name, line)

    def named(place: tuple[str, ...], names: tuple[str, ...]) -> None:
        for number, name in enumerate(names):
            if name not in rules:
                near = get_close_matches(name, rules, 3, 0.5)
                say((*place, "rules", str(number)), "unknown_rule", name=name, near=near)

    for at, section in enumerate(form.sections):
        place = ("sections", str(at))
        known(place, section.id)
        weight = sum(item.weight for item in section.items)
        if section.weight is not None and abs(weight - section.weight) > 1e-9:
            say((*place, "weight"), "weights", what=section.id, found=_number(weight), wanted=_number(section.weight))
        for number, item in enumerate(section.items):
            inner = (*place, "items", str(number))
            known(inner, item.id)
            named(inner, item.rules)
            if item.fatal and item.weight:
                say((*inner, "weight"), "fatal_weight", name=item.id)
            if item.scored != "human" and not item.rules:
                say(inner, "no_rule_for_item", name=item.id)
    for number, deduction in enumerate(form.deductions):
        known(("deductions", str(number)), deduction.id)
        named(("deductions", str(number)), deduction.rules)
    weight = sum(item.weight for section in form.sections for item in section.items)
    if abs(weight - form.total) > 1e-9:
        say(("sections",), "weights", what="@whole_form", found=_number(weight), wanted=_number(form.total))
    return problems


def _number(value: float) -> str:
    return f"{value:g}"
