"""What the web needs of the engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

from callcenter.domain.config import CenterConfig
from callcenter.domain.contact import Why
from callcenter.domain.effects import Effect
from callcenter.domain.events import Event
from callcenter.domain.names import Names
from callcenter.domain.views import DeskView, FloorView, OpenCallback


class Desk(Protocol):
    """What the web needs of the engine."""

    async def submit(self, event: Event) -> tuple[Effect, ...]:
        """Journal an event, decide, and return the effects; raises ``Rejected`` when the core refused the command."""
        ...

    def desk_view(self, agent: str) -> DeskView | None:
        """The agent's live picture; None for an unknown agent."""
        ...

    def floor_view(self) -> FloorView:
        """The floor now."""
        ...

    def waiting(self, queue: str) -> Sequence[tuple[str, Why]]:
        """The first contacts of a queue, next first, each with why it still waits. Raises ``Rejected``."""
        ...

    def callbacks(self) -> Sequence[OpenCallback]:
        """Every callback that is not over, the oldest booking first."""
        ...

    def changes(self, agent: str | None = None) -> AsyncIterator[None]:
        """Yields at once, then after each change that concerns ``agent`` (anything, when None); bursts are joined."""
        ...

    def softphone(self, agent: str) -> Mapping[str, Any]:
        """What the softphone registers with: ``uri``, ``password``, ``ws_path``, ``domain``, ``display_name``.

        ``place`` says where the agent's telephone is: ``browser``; ``telephone``, one of its own on the table;
        ``simulated``. Unless it is the browser the page has nothing to register, and ``password`` is empty.
        """
        ...

    def guest_phone(self) -> Mapping[str, Any] | None:
        """Short-lived credentials for a web caller, with ``hotlines`` (number → names); None when switched off."""
        ...

    def config(self) -> CenterConfig:
        """The configuration in force."""
        ...

    def labels(self) -> Mapping[str, Names]:
        """What flows (``hotline``) and their steps (``hotline/main``) are called on screens, by language."""
        ...
