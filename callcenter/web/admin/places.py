"""Places of the configuration in words: ``queues.general.overflow[0].target`` is “Queue General · Overflow 1”."""

from __future__ import annotations

import re
from collections.abc import Iterator

from callcenter.domain.config import CenterConfig
from callcenter.domain.config_elements import keys_of
from callcenter.web.admin import labels
from callcenter.web.admin.differences import element
from callcenter.web.wording.words import Words

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def place_in_words(words: Words, config: CenterConfig, place: str) -> str:
    """A place as the checker writes it, as people call it; what has no label stays as it is."""
    section, *rest = _steps(place)
    if section not in labels.ELEMENTS:
        return " · ".join([words.gettext(labels.SECTIONS.get(section, section)), *_fields(words, rest)])
    key = rest[0] if rest else ""
    if isinstance(getattr(config, section, None), tuple) and key.isdigit():
        keys = keys_of(config, section)
        key = keys[int(key)] if int(key) < len(keys) else str(int(key) + 1)
    subject = element(words, section, key, config) if key else words.gettext(labels.SECTIONS[section])
    return " · ".join([subject, *_fields(words, rest[1:])])


def _steps(place: str) -> list[str]:
    return [name or number for name, number in _STEP.findall(place)]


def _fields(words: Words, steps: list[str]) -> Iterator[str]:
    """Labels of fields; a row's number, counted from one, goes behind the name of its list."""
    for at, step in enumerate(steps):
        if step.isdigit():
            continue
        label = labels.LANGUAGES.get(step) or labels.FIELDS.get(step)
        text = words.gettext(label) if label else step
        row = steps[at + 1] if at + 1 < len(steps) and steps[at + 1].isdigit() else ""
        yield f"{text} {int(row) + 1}" if row else text
