"""The operators' table names every setting, with its default."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from callcenter.app.settings import Settings, TrunkSettings

PAGE = (Path(__file__).parents[2] / "docs/operators.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `CALLCENTER_(\w+)` \| ([^|]*) \|", PAGE, re.MULTILINE))
SETTINGS = {name.upper(): field for name, field in Settings.model_fields.items()}


def written(value: Any) -> str:
    """A default as an operator would write it."""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def test_every_setting_is_in_the_table_and_no_other() -> None:
    assert set(ROWS) == set(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_its_default_is_right(name: str) -> None:
    default = SETTINGS[name].get_default(call_default_factory=True)
    expected = {"()": "`[]`", "{}": "`{}`", "": "empty"}.get(written(default), f"`{written(default)}`")
    assert ROWS[name].strip() == expected


def test_the_trunk_example_can_be_read() -> None:
    (example,) = re.findall(r"CALLCENTER_TRUNKS='(\[.*?\])'", PAGE, re.DOTALL)
    settings = Settings.model_validate({"trunks": json.loads(example)})
    assert all(isinstance(trunk, TrunkSettings) for trunk in settings.trunks)
    assert {key for trunk in settings.trunks for key in trunk.model_fields_set} == set(TrunkSettings.model_fields)
