"""Values that a flow may pass on but never see: in a session only the key into the vault is kept."""

from __future__ import annotations

from typing import Any, TypeGuard

DOTS = "••••"
_MARK = "$secret"


class Secret:
    """Stands for digits in the vault. It prints as dots and knows no other operation."""

    __slots__ = ("key",)

    def __init__(self, key: str) -> None:
        self.key = key

    def __str__(self) -> str:
        return DOTS

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return DOTS

    def __html__(self) -> str:
        """For templates that ask for safe text."""
        return DOTS


def kept(key: str) -> dict[str, str]:
    """How a secret stands in a session's variables."""
    return {_MARK: key}


def is_kept(value: object) -> TypeGuard[dict[str, str]]:
    """Whether ``value`` is a secret as kept in a session."""
    return isinstance(value, dict) and set(value) == {_MARK}


def key_of(value: dict[str, str]) -> str:
    """The key into the vault of a kept secret."""
    return value[_MARK]


def opened(variables: dict[str, Any]) -> dict[str, Any]:
    """Variables as expressions and templates see them: secrets wrapped, so that nothing of them can be printed."""
    return {name: Secret(key_of(value)) if is_kept(value) else value for name, value in variables.items()}
