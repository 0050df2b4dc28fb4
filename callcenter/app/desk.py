"""What the web asks of the engine: fills the ``Desk`` port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from callcenter.app.changes import Changes
from callcenter.app.engine import Engine
from callcenter.core import views
from callcenter.domain.config import CenterConfig
from callcenter.domain.effects import Effect
from callcenter.domain.events import Event
from callcenter.domain.ports import Clock
from callcenter.domain.views import DeskView, FloorView

WS_PATH = "/ws"


class EngineDesk:
    """Live pictures and commands. ``secrets`` are the SIP passwords by agent; ``guest`` those of the web phone."""

    def __init__(
        self,
        engine: Engine,
        changes: Changes,
        clock: Clock,
        *,
        domain: str,
        secrets: Mapping[str, str],
        guest: Callable[[], tuple[str, str] | None],
    ) -> None:
        self._engine = engine
        self._changes = changes
        self._clock = clock
        self._domain = domain
        self._secrets = secrets
        self._guest = guest

    async def submit(self, event: Event) -> tuple[Effect, ...]:
        """Journal an event and return its effects; raises ``Rejected`` when it was refused."""
        return await self._engine.submit(event)

    def desk_view(self, agent: str) -> DeskView | None:
        """The agent's live picture."""
        return views.desk_view(self._engine.center, agent, self._clock.now_ms())

    def floor_view(self) -> FloorView:
        """The floor now."""
        return views.floor_view(self._engine.center, self._clock.now_ms())

    def changes(self, agent: str | None = None) -> AsyncIterator[None]:
        """Yields at once and after each change."""
        return self._changes.of(agent)

    def softphone(self, agent: str) -> Mapping[str, Any]:
        """What the agent's softphone registers with; no password where the PBX has no such account."""
        config = self.config().agents.get(agent)
        return {
            "uri": f"sip:{agent}@{self._domain}",
            "user": agent,
            "password": self._secrets.get(agent, ""),
            "ws_path": WS_PATH,
            "domain": self._domain,
            "display_name": config.name if config is not None else agent,
        }

    def guest_phone(self) -> Mapping[str, Any] | None:
        """Credentials for a web caller, with the numbers that can be rung; None when switched off."""
        guest = self._guest()
        if guest is None:
            return None
        user, password = guest
        numbers = self.config().numbers
        return {
            "uri": f"sip:{user}@{self._domain}",
            "user": user,
            "password": password,
            "ws_path": WS_PATH,
            "domain": self._domain,
            "display_name": "",
            "hotlines": {number: self._names(target) for number, target in numbers.items() if number != "*"},
        }

    def _names(self, target: str) -> dict[str, str]:
        titles = self._engine.center.state.flows.get(target, {}).get("title")
        if isinstance(titles, dict) and titles:
            return {str(language): str(text) for language, text in titles.items()}
        return {"zh": str(titles or target), "en": str(titles or target)}

    def config(self) -> CenterConfig:
        """The configuration in force."""
        return self._engine.center.state.config
