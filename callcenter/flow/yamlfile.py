"""YAML of flows: the plain YAML of :mod:`callcenter.domain.yamlfile`, its faults said as problems of a flow file."""

from __future__ import annotations

from callcenter.domain import yamlfile
from callcenter.domain.yamlfile import MAX_BYTES, BadYaml, Document, Place
from callcenter.flow.problems import BadFlowFile, Problem

__all__ = ["MAX_BYTES", "Document", "Place", "read_bytes", "read_text"]


def read_bytes(file: str, raw: bytes) -> Document:
    """Read a file's bytes. Raises :class:`BadFlowFile`."""
    try:
        return yamlfile.read_bytes(file, raw)
    except BadYaml as error:
        raise _said(error) from None


def read_text(file: str, text: str, max_bytes: int = MAX_BYTES) -> Document:
    """Read a file's text. Raises :class:`BadFlowFile`."""
    try:
        return yamlfile.read_text(file, text, max_bytes)
    except BadYaml as error:
        raise _said(error) from None


def _said(error: BadYaml) -> BadFlowFile:
    return BadFlowFile([Problem(error.file, fault.line, fault.code, fault.detail) for fault in error.faults])
