"""The score form of a review, and its lines with what the machine gave."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from callcenter import quality
from callcenter.domain.errors import Corrupt
from callcenter.domain.quality_records import Evaluation, WrittenKind
from callcenter.domain.reviews import Review
from callcenter.domain.yamlfile import read_bytes
from callcenter.quality.forms import Form
from callcenter.quality.review.marks import Line, MachineItem, lines
from callcenter.web.services import WebServices

SHIPPED = 0
"""The version by which a review names the shipped form, where none was published yet."""


async def form_of(services: WebServices, version: int) -> Form:
    """A version of the form. Raises ``Corrupt`` where it is not kept any more."""
    if version == SHIPPED:
        return _read((Path(quality.__file__).parent / "score_forms" / "service.yaml").read_bytes())
    kept = await services.quality.version(WrittenKind.FORM, version)
    if kept is None or not kept.files:
        raise Corrupt(f"version {version} of the score form is missing")
    return _read(next(iter(kept.files.values())).encode())


async def form_in_force(services: WebServices) -> tuple[str, int]:
    """Id and version of the form that reviews without an automatic score use."""
    kept = await services.quality.in_force(WrittenKind.FORM)
    version = SHIPPED if kept is None else kept.version
    return (await form_of(services, version)).form, version


async def evaluation_of(services: WebServices, review: Review) -> Evaluation | None:
    """The automatic score the review was made beside."""
    return await services.quality.evaluation(int(review.evaluation)) if review.evaluation else None


def form_lines(form: Form, evaluation: Evaluation | None) -> list[Line]:
    """The form's lines."""
    if evaluation is None or evaluation.score is None:
        return lines(form)
    return lines(form, [MachineItem(one.id, one.points, one.evidence) for one in evaluation.items])


@lru_cache(8)
def _read(raw: bytes) -> Form:
    """A form that was checked when it was published."""
    return Form.model_validate(read_bytes("form", raw).data)
