"""The one tree of errors.

::

    CallCenterError
    ├── Rejected          a rule said no; carries a code the panel can show
    ├── ProviderError     a part outside us failed; says whether trying again makes sense
    ├── FlowError         a flow could not go on; names flow and step
    ├── ConfigError       a setting, flow file or scenario is wrong; names the place and the mend
    └── Corrupt           stored data contradicts itself

Only :mod:`callcenter.web` turns them into HTTP answers, only :mod:`callcenter.app` into exit codes.
"""

from __future__ import annotations


class CallCenterError(Exception):
    """Base of every error this product raises on purpose."""


class Rejected(CallCenterError):
    """A rule said no. ``code`` is a stable word for screens and tests, ``detail`` is for the person."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail


class ProviderError(CallCenterError):
    """A part outside us (PBX, recogniser, business service) failed; ``retryable`` says if again may help."""

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable


class FlowError(CallCenterError):
    """A flow could not go on at ``step`` of ``flow``."""

    def __init__(self, flow: str, step: str, message: str) -> None:
        super().__init__(f"{flow}/{step}: {message}")
        self.flow = flow
        self.step = step


class ConfigError(CallCenterError):
    """Something written by a person is wrong: ``place`` (file:line, setting), what, and the ``mend``.

    ``code`` is a stable word for screens that say it in their own language; empty where no screen asks.
    """

    def __init__(self, place: str, message: str, mend: str = "", code: str = "") -> None:
        super().__init__(f"{place}: {message}" + (f" — {mend}" if mend else ""))
        self.code = code
        self.place = place
        self.message = message
        self.mend = mend


class Corrupt(CallCenterError):
    """Stored data contradicts itself; nothing is guessed, a person must look."""
