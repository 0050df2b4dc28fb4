"""A request that was not sent yet: what the generated operations return and the transports send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlencode

import msgspec

T = TypeVar("T")


class Request(Generic[T]):
    """One ARI operation: ``method``, encoded ``uri`` below ``/ari`` with its query, JSON ``body`` or None."""

    __slots__ = ("body", "method", "returns", "uri")

    def __init__(
        self,
        method: str,
        path: str,
        returns: type[T],
        query: Mapping[str, Any] | None = None,
        body: Any = None,
    ) -> None:
        self.method = method
        self.uri = f"{path}?{_encoded(query)}" if query else path
        self.returns = returns
        self.body: bytes | None = None if body is None else msgspec.json.encode(body)


def part(value: str) -> str:
    """One segment of a path, percent-encoded."""
    return quote(value, safe="~")


def _encoded(query: Mapping[str, Any]) -> str:
    return urlencode([(key, _text(value)) for key, value in query.items() if value is not None], quote_via=quote)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
