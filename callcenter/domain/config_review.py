"""Which changes need a second pair of eyes: those to what customers hear, and to who may see data. One table."""

from __future__ import annotations

from collections.abc import Iterable

from callcenter.domain.config_diff import Change

CUSTOMERS_HEAR = "customers_hear"
DATA_ACCESS = "data_access"

REVIEWED: dict[tuple[str, str], str] = {
    ("prompts", ""): CUSTOMERS_HEAR,
    ("prompt_files", ""): CUSTOMERS_HEAR,
    ("calendars", ""): CUSTOMERS_HEAR,
    ("numbers", ""): CUSTOMERS_HEAR,
    ("emergency_messages", ""): CUSTOMERS_HEAR,
    ("caller_number", ""): CUSTOMERS_HEAR,
    ("articles", ""): CUSTOMERS_HEAR,
    ("chat_entries", "target"): CUSTOMERS_HEAR,
    ("chat_entries", "calendar"): CUSTOMERS_HEAR,
    ("chat_entries", "origins"): DATA_ACCESS,
    ("chat_entries", "token_keys"): DATA_ACCESS,
    ("queues", "announcements"): CUSTOMERS_HEAR,
    ("queues", "callback"): CUSTOMERS_HEAR,
    ("queues", "music"): CUSTOMERS_HEAR,
    ("queues", "survey_flow"): CUSTOMERS_HEAR,
    ("queues", "record"): DATA_ACCESS,
    ("queues", "live_transcript"): DATA_ACCESS,
    ("roles", ""): DATA_ACCESS,
    ("teams", "leaders"): DATA_ACCESS,
    ("teams", "queues"): DATA_ACCESS,
}
"""Section and field (empty: anything in the section) → why. Whole queues and teams count by the fields they bring."""


def reasons(changes: Iterable[Change]) -> dict[str, str]:
    """The changes that need a second pair of eyes: place → ``customers_hear`` or ``data_access``."""
    found = {}
    for change in changes:
        if (why := reason(change)) is not None:
            found[change.place] = why
    return found


def reason(change: Change) -> str | None:
    """Why this change needs a second pair of eyes; None when it does not."""
    whole = REVIEWED.get((change.section, ""))
    if whole is not None:
        return whole
    if change.field:
        return REVIEWED.get((change.section, change.field[0]))
    return next((why for (section, _), why in REVIEWED.items() if section == change.section), None)
