"""The page about cloud numbers names every setting, with its default, and every limit."""

from __future__ import annotations

import json
import re
from pathlib import Path

from callcenter.app.cloud_numbers import TwilioAccount
from callcenter.telephony.limits import Limit
from callcenter.telephony.twilio.adapter import TwilioTelephony
from tests.docs.test_operators import written

PAGE = (Path(__file__).parents[2] / "docs/twilio.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `TWILIO_(\w+)` \| ([^|]*) \|", PAGE, re.MULTILINE))


def test_every_setting_is_in_the_table_with_its_default() -> None:
    fields = {name.upper(): field for name, field in TwilioAccount.model_fields.items()}
    defaults = {name: written(field.get_default(call_default_factory=True)) for name, field in fields.items()}
    said = {name: text.strip().strip("`").replace("empty", "") for name, text in ROWS.items()}
    assert said == defaults


def test_every_limit_is_in_the_table() -> None:
    assert TwilioTelephony.limits == set(Limit)
    assert set(re.findall(r"^\| `(\w+_\w+)` \|", PAGE, re.MULTILINE)) >= {str(limit) for limit in Limit}


def test_the_example_of_numbers_can_be_read() -> None:
    (example,) = re.findall(r"TWILIO_NUMBERS='(\{.*?\})'", PAGE)
    assert TwilioAccount(numbers=json.loads(example)).numbers == {"+862195000000": "95000"}
