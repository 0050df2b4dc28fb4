"""What can be wrong with a request itself, apart from what the core refuses."""

from __future__ import annotations

from callcenter.domain.errors import CallCenterError


class SignInNeeded(CallCenterError):
    """Nobody is signed in, or the session is over."""


class Forbidden(CallCenterError):
    """The viewer may not do this; ``code`` is ``right``, ``csrf``, ``other_site`` or ``loopback``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotFound(CallCenterError):
    """There is no such thing, or the viewer may not know that there is."""
