"""Loads the optional libraries of recognisers, and says how to get one that is not there."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from callcenter.domain.errors import ProviderError

MEND = "install it with scripts/setup/speech"


def present(name: str) -> bool:
    """Whether the library is installed; nothing is loaded."""
    return find_spec(name) is not None


def library(name: str) -> Any:
    """The library. Raises ``ProviderError`` when it is not installed, or can not be loaded."""
    try:
        return import_module(name)
    except ImportError as error:
        raise ProviderError(f"the recogniser's library {name} is not there ({error}): {MEND}") from error
