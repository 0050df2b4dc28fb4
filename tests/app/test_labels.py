"""What screens call flows and steps."""

from __future__ import annotations

from callcenter.app.desk import labels_of
from callcenter.app.flow_folder import read_folder
from tests.app.live import REPOSITORY


def test_every_shipped_step_has_a_name_in_both_languages() -> None:
    flows = {name: flow.to_plain() for name, flow in read_folder(REPOSITORY / "ivr_flows").flows.items()}
    labels = labels_of(flows)
    for name, flow in flows.items():
        for place in (name, *(f"{name}/{step}" for step in flow["steps"])):
            assert set(labels.get(place, {})) == {"zh", "en"}, place


def test_a_text_without_languages_serves_all_and_a_missing_one_none() -> None:
    flows = {"a": {"title": "Hello", "steps": {"b": {"type": "hangup"}, "c": {"type": "hangup", "label": "End"}}}}
    assert labels_of(flows) == {"a": {"zh": "Hello", "en": "Hello"}, "a/c": {"zh": "End", "en": "End"}}
