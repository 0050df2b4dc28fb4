"""Calibration: several reviewers score the same conversations without seeing each other's result. Plain data."""

from __future__ import annotations

from msgspec import Struct

from callcenter.domain.reviews import Judgement


class CalibrationMark(Struct, frozen=True):
    """One reviewer's judgement of one conversation of a session."""

    contact: str
    reviewer: str
    judgement: Judgement


class CalibrationSession(Struct, frozen=True, kw_only=True):
    """A session is open until its maker closes it; only then do reviewers see what others gave. Times in ms."""

    id: str
    title: str
    form: str
    form_version: int
    contacts: tuple[str, ...]
    reviewers: tuple[str, ...]
    made_by: str
    made_ms: int
    closed_ms: int = 0
    note: str = ""
    """What was agreed on at its end."""
    version: int = 0
    marks: tuple[CalibrationMark, ...] = ()
