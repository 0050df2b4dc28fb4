"""What came of a request: done, a race that is ordinary in telephony, or an error of ours."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from callcenter.domain.errors import ProviderError

T = TypeVar("T")

_RACES = frozenset({404, 409, 412, 422})


class AriRefused(ProviderError):
    """Asterisk refused a request in a way that is no ordinary race; ``status`` is HTTP's."""

    def __init__(self, request: str, status: int, message: str) -> None:
        super().__init__(f"Asterisk refused {request}: {status} {message}", retryable=status >= 500)
        self.status = status


class Answer(msgspec.Struct, Generic[T], frozen=True):
    """``done``, or not because the thing is gone, busy or already there (``status`` and ``message`` tell)."""

    done: bool
    status: int
    value: T | None = None
    message: str = ""


class _Problem(msgspec.Struct):
    message: str = ""
    error: str = ""


_problem = msgspec.json.Decoder(_Problem)


def problem_text(body: bytes) -> str:
    """The sentence in an error's body, or the body itself."""
    try:
        told = _problem.decode(body)
    except msgspec.DecodeError:
        return body[:200].decode("utf-8", "replace")
    return told.message or told.error


def is_race(status: int, message: str) -> bool:
    """Whether this is what happens when the caller hangs up, or a command is repeated."""
    return status in _RACES or (status == 400 and "not found" in message.lower())
