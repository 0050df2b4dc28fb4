"""The JSON Schema of flow files, for editors."""

from __future__ import annotations

import json
from typing import Any

from callcenter.flow.model import Flow


def flow_schema() -> dict[str, Any]:
    """Schema of ``ivr_flows/*.yaml``, made from the model."""
    schema = Flow.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Flow"}


def flow_schema_text() -> str:
    """As the published file holds it."""
    return json.dumps(flow_schema(), ensure_ascii=False, indent=2) + "\n"
