"""Differences between configurations in words: “Queue General: Wrap-up 30 s → 45 s”."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from callcenter.domain.access import Right
from callcenter.domain.alarms import AlarmRule, Metric
from callcenter.domain.config import CenterConfig, Interval, Overflow, Reason, Relaxation, SkillRequirement
from callcenter.domain.config_diff import Change
from callcenter.domain.config_review import CUSTOMERS_HEAR, reason
from callcenter.domain.knowledge import Article
from callcenter.web.admin import labels
from callcenter.web.wording.outcomes import channel_word
from callcenter.web.wording.words import Words

LONG = 120
_NAMED = {"agent_policy": labels.AGENT_POLICIES, "contact_policy": labels.CONTACT_POLICIES}


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of a comparison. ``review`` says why it needs a second pair of eyes, or is empty."""

    kind: str
    text: str
    place: str
    review: str = ""


def differences(words: Words, changes: Iterable[Change], before: CenterConfig, after: CenterConfig) -> list[Difference]:
    """Each change as a sentence."""
    return [_difference(words, change, before, after) for change in changes]


def _difference(words: Words, change: Change, before: CenterConfig, after: CenterConfig) -> Difference:
    subject = element(words, change.section, change.id, after, before)
    review = {None: "", CUSTOMERS_HEAR: words.gettext("customers hear it")}.get(
        reason(change), words.gettext("it decides who may see data")
    )
    if change.kind == "changed":
        what = " · ".join(_field_name(words, change, name) for name in change.field)
        old, new = (value_text(words, side, change) for side in (change.before, change.after))
        text = words.pair(subject, f"{what} {old} → {new}" if what else f"{old} → {new}")
    else:
        detail = _whole(words, change)
        text = words.pair(subject, detail) if detail else subject
    return Difference(change.kind, text, change.place, review)


def element(words: Words, section: str, key: str, *configs: CenterConfig) -> str:
    """What an element is called: “Queue General”."""
    pattern = labels.ELEMENTS.get(section)
    if pattern is None:
        return words.gettext(labels.SECTIONS.get(section, section))
    found = next((name for config in configs if (name := element_name(words, config, section, key))), key)
    return words.gettext(pattern, name=found)


def element_name(words: Words, config: CenterConfig, section: str, key: str) -> str:
    """What people call the element; empty when it is not there."""
    if section == "prompts":
        return words.gettext(labels.PROMPTS.get(key, key))
    if section == "channels":
        return channel_word(words, key)
    table = getattr(config, section, {})
    found = table.get(key) if isinstance(table, dict) else next((item for item in table if item.id == key), None)
    if found is None:
        return ""
    if isinstance(found, AlarmRule):
        return words.aside(words.gettext(labels.METRICS[found.metric]), key)
    if isinstance(found, Article):
        return words.name(found.questions, key)
    if isinstance(getattr(found, "names", None), dict):
        return words.name(found.names, key)
    return words.aside(found.name, key) if getattr(found, "name", "") else key


def _field_name(words: Words, change: Change, name: str) -> str:
    known = labels.FIELDS.get(name)
    if change.section == "roles" and change.field[0] == "rights" and name != "rights":
        known = next((text for right, text in labels.RIGHTS.items() if right == name), None)
    return words.gettext(known) if known else name


def _whole(words: Words, change: Change) -> str:
    value = change.after if change.kind == "added" else change.before
    if isinstance(value, Article):
        return " / ".join(value.answers.values())  # whole: whoever approves it must have read it
    return value_text(words, value, change) if not isinstance(value, Struct) and change.id else ""


def value_text(words: Words, value: Any, change: Change | None = None) -> str:
    """A value of the configuration as people write it."""
    name = change.field[-1] if change is not None and change.field else change.section if change is not None else ""
    if value is None or value in ("", (), {}):
        return "–"
    if isinstance(value, bool):
        return words.gettext("yes") if value else words.gettext("no")
    if isinstance(value, int | float):
        return words.gettext("%(seconds)s s", seconds=f"{value / 1_000:g}") if name.endswith("_ms") else f"{value:g}"
    if isinstance(value, SkillRequirement):
        mark = "" if value.required else words.gettext(" (preferred)")
        return f"{words.skill(value.skill)} ≥ {value.level}{mark}"
    if isinstance(value, Overflow):
        return _overflow(words, value)
    if isinstance(value, Relaxation):
        return _relaxation(words, value)
    if isinstance(value, Interval):
        return f"{value.weekday + 1}: {_clock(value.start_minute)}-{_clock(value.end_minute)}"
    if isinstance(value, Reason) or hasattr(value, "names"):
        return words.name(value.names, getattr(value, "id", ""))
    if isinstance(value, Metric):
        return words.gettext(labels.METRICS[value])
    if isinstance(value, dict):
        keys = {key: channel_word(words, key) if name == "capacity" else key for key in value}
        return _short("; ".join(words.pair(keys[key], value_text(words, inner)) for key, inner in value.items()))
    if isinstance(value, tuple | list):
        return _short(
            words.gettext(", ").join(value_text(words, inner, change if name == "pauses" else None) for inner in value)
        )
    if name == "target":
        return _target(words, value)
    known = _NAMED.get(name)
    if known is not None:
        return words.gettext(known.get(value, value))
    if name in ("channel", "pauses"):
        return channel_word(words, value)
    if name in Right.__members__.values() or name == "rights":
        return words.gettext(labels.SCOPES.get(value, str(value)))
    return _short(f"“{value}”" if name in ("zh", "en") else str(value))


def _target(words: Words, value: str) -> str:
    """Where contacts are led: ``queue:general`` as “Queue General banking”."""
    kind, _sep, name = value.partition(":")
    match kind:
        case "queue":
            return words.gettext("Queue %(name)s", name=words.queue(name))
        case "flow":
            return words.gettext("Flow %(name)s", name=words.flow(name))
        case "callback":
            return words.gettext("Callback")
        case _:
            return words.target(value)


def _overflow(words: Words, value: Overflow) -> str:
    _ = words.gettext
    parts = []
    if value.after_ms:
        parts.append(_("after %(seconds)s s", seconds=f"{value.after_ms / 1_000:g}"))
    if value.when_unstaffed:
        parts.append(_("when nobody is signed in"))
    if value.expected_ms:
        parts.append(_("when the expected wait is %(seconds)s s", seconds=f"{value.expected_ms / 1_000:g}"))
    if value.staffed_below:
        parts.append(_("when fewer than %(count)s are signed in", count=value.staffed_below))
    return words.aside(_target(words, value.target), _(", ").join(parts))


def _relaxation(words: Words, value: Relaxation) -> str:
    parts = [words.gettext("after %(seconds)s s", seconds=f"{value.after_ms / 1_000:g}")]
    if value.drop:
        parts.append(
            words.gettext(
                "without %(skills)s", skills=words.gettext(", ").join(words.skill(skill) for skill in value.drop)
            )
        )
    if value.lower_by:
        parts.append(words.gettext("levels lowered by %(count)s", count=value.lower_by))
    if value.teams:
        parts.append(
            words.gettext("also %(teams)s", teams=words.gettext(", ").join(words.team(team) for team in value.teams))
        )
    return " ".join(parts)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _short(text: str) -> str:
    return text if len(text) <= LONG else f"{text[: LONG - 1]}…"
