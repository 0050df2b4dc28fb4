"""JSON Schemas for editors: rule files (from the table of operators), forms and transcripts (from their models)."""

from __future__ import annotations

import json
from typing import Any

from callcenter.quality.forms import Form
from callcenter.quality.operators import CALL_FIELDS, OPERATORS, UNITS, Field
from callcenter.quality.rule_reader import CITES
from callcenter.quality.rules import KINDS, SIDES
from callcenter.quality.transcript import SPEAKERS
from callcenter.quality.transcript_file import TranscriptFile

_TEXTS = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_CONDITION = {"$ref": "#/$defs/condition"}
_SPEAKER = {"enum": list(SPEAKERS)}
_TITLE = {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]}
_KINDS: dict[str, dict[str, Any]] = {
    "words": {"anyOf": [_TEXTS, {"type": "string", "pattern": r"^\$"}]},
    "speakers": {"anyOf": [_SPEAKER, {"type": "array", "items": _SPEAKER}]},
    "speaker": _SPEAKER,
    "unit": {"enum": list(UNITS)},
    "regex": {"type": "string", "minLength": 1},
    "condition": _CONDITION,
    "conditions": {"type": "array", "items": _CONDITION, "minItems": 1},
    "conditions2": {"type": "array", "items": _CONDITION, "minItems": 2, "maxItems": 2},
    "call": {"$ref": "#/$defs/call"},
    "hours": {"type": "string", "pattern": r"^\d\d:\d\d-\d\d:\d\d$"},
    "reference": {"type": "string"},
    "model": {"type": "string"},
    "whole": {"type": "integer", "minimum": 1},
    "share": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
    "number": {"type": "number", "minimum": 0},
}
_CALL_KINDS: dict[str, dict[str, Any]] = {
    "texts": {"anyOf": [{"type": "string"}, _TEXTS]},
    "truth": {"type": "boolean"},
    "number": {"type": "number", "minimum": 0},
}


def schemas() -> dict[str, dict[str, Any]]:
    """Name → schema: ``rules``, ``form``, ``transcript``."""
    draft = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {
        "rules": {**draft, **_rules()},
        "form": {**draft, **Form.model_json_schema()},
        "transcript": {**draft, **TranscriptFile.model_json_schema()},
    }


def schema_text(name: str) -> str:
    """As it is printed."""
    return json.dumps(schemas()[name], ensure_ascii=False, indent=2) + "\n"


def _rules() -> dict[str, Any]:
    rule = {
        "type": "object",
        "additionalProperties": False,
        "required": ["id", "title", "kind", "side", "when"],
        "properties": {
            "id": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,60}$"},
            "title": _TITLE,
            "kind": {"enum": list(KINDS)},
            "side": {"enum": list(SIDES)},
            "note": {"type": "string"},
            "applies": _CONDITION,
            "when": _CONDITION,
            "cite": {"enum": list(CITES)},
            "confidence": _KINDS["share"],
            "examples": {"type": "object", "properties": {"hit": {"type": "array"}, "miss": {"type": "array"}}},
        },
    }
    return {
        "title": "Rules",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "version": {"type": "integer"},
            "note": {"type": "string"},
            "lists": {"type": "object", "additionalProperties": _TEXTS},
            "conditions": {"type": "object", "additionalProperties": _CONDITION},
            "rules": {"type": "array", "items": rule},
        },
        "$defs": {
            "condition": {"oneOf": [_operator(fields) for fields in OPERATORS.values()]},
            "call": {
                "type": "object",
                "additionalProperties": False,
                "minProperties": 1,
                "properties": {name: _CALL_KINDS[kind] for name, kind in CALL_FIELDS.items()},
            },
        },
    }


def _operator(fields: dict[str, Field]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, field in fields.items() if field.required],
        "properties": {
            name: {**_KINDS[field.kind], **({"description": field.about} if field.about else {})}
            for name, field in fields.items()
        },
    }
