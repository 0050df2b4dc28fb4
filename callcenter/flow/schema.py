"""The JSON Schema of flow files, for editors."""

from __future__ import annotations

import json
from typing import Any

from callcenter.flow.model import Flow


def flow_schema() -> dict[str, Any]:
    """Schema of ``ivr_flows/*.yaml``, made from the model."""
    schema = Flow.model_json_schema()
    _write_times_with_units(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Flow"}


def flow_schema_text() -> str:
    """As the published file holds it."""
    return json.dumps(flow_schema(), ensure_ascii=False, indent=2) + "\n"


def _write_times_with_units(node: Any) -> None:
    """Times are ms inside and text outside; their defaults must be what a person would write."""
    if isinstance(node, dict):
        default = node.get("default")
        if node.get("type") == "string" and isinstance(default, int):
            node["default"] = f"{default // 1000}s"
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            _write_times_with_units(item)
