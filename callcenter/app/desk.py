"""What the web asks of the engine: fills the ``Desk`` port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from callcenter.app.changes import Changes
from callcenter.app.engine import Engine
from callcenter.app.pbx import PhonePlace
from callcenter.core import callback_list, views
from callcenter.domain.config import CenterConfig
from callcenter.domain.contact import Why
from callcenter.domain.effects import Effect
from callcenter.domain.events import Event
from callcenter.domain.names import Names
from callcenter.domain.ports import Clock
from callcenter.domain.views import DeskView, FloorView, OpenCallback

WS_PATH = "/ws"
WAITING_SHOWN = 50


class EngineDesk:
    """Live pictures and commands.

    ``secrets`` are the SIP passwords by agent, ``guest`` those of the web phone; ``place`` says where an agent's
    telephone is.
    """

    def __init__(
        self,
        engine: Engine,
        changes: Changes,
        clock: Clock,
        *,
        domain: str,
        secrets: Mapping[str, str],
        guest: Callable[[], tuple[str, str] | None],
        place: Callable[[str], PhonePlace],
    ) -> None:
        self._engine = engine
        self._changes = changes
        self._clock = clock
        self._domain = domain
        self._secrets = secrets
        self._guest = guest
        self._place = place
        self._labelled: Mapping[str, Any] | None = None
        self._labels: dict[str, Names] = {}

    async def submit(self, event: Event) -> tuple[Effect, ...]:
        """Journal an event and return its effects; raises ``Rejected`` when it was refused."""
        return await self._engine.submit(event)

    def desk_view(self, agent: str) -> DeskView | None:
        """The agent's live picture."""
        return views.desk_view(self._engine.center, agent, self._clock.now_ms())

    def floor_view(self) -> FloorView:
        """The floor now."""
        return views.floor_view(self._engine.center, self._clock.now_ms())

    def is_alarmed(self) -> bool:
        """Whether an alarm stands."""
        return bool(self._engine.center.state.alarms)

    def waiting(self, queue: str) -> Sequence[tuple[str, Why]]:
        """The first contacts of a queue, each with why it still waits."""
        acd, now = self._engine.center.acd, self._clock.now_ms()
        return [(contact, acd.explain_waiting(contact, now)) for contact in acd.waiting(queue)[:WAITING_SHOWN]]

    def callbacks(self) -> Sequence[OpenCallback]:
        """Every callback that is not over, the oldest booking first."""
        return callback_list.open_callbacks(self._engine.center, self._clock.now_ms())

    def changes(self, agent: str | None = None) -> AsyncIterator[None]:
        """Yields at once and after each change."""
        return self._changes.of(agent)

    def softphone(self, agent: str) -> Mapping[str, Any]:
        """What the agent's softphone registers with, and where it is.

        No password where the PBX has no such account, or where it belongs to a telephone apart from the page.
        """
        config, place = self.config().agents.get(agent), self._place(agent)
        return {
            "place": place,
            "uri": f"sip:{agent}@{self._domain}",
            "user": agent,
            "password": self._secrets.get(agent, "") if place == "browser" else "",
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
        numbers, labels = self.config().numbers, self.labels()
        return {
            "uri": f"sip:{user}@{self._domain}",
            "user": user,
            "password": password,
            "ws_path": WS_PATH,
            "domain": self._domain,
            "display_name": "",
            "hotlines": {
                number: labels.get(target, {"zh": target, "en": target})
                for number, target in numbers.items()
                if number != "*"
            },
        }

    def labels(self) -> Mapping[str, Names]:
        """What flows and their steps are called on screens, as published; worked out once for each publication."""
        flows = self._engine.center.state.flows
        if self._labelled is not flows:
            self._labelled, self._labels = flows, labels_of(flows)
        return self._labels

    def config(self) -> CenterConfig:
        """The configuration in force."""
        return self._engine.center.state.config


def labels_of(flows: Mapping[str, Any]) -> dict[str, Names]:
    """Titles of flows, labels of steps, names of intents (``chat/?balance_query``).

    A text without languages is the same in all.
    """
    labels: dict[str, Names] = {}
    for name, flow in flows.items():
        labels[name] = _names(flow.get("title"))
        for step, written in flow.get("steps", {}).items():
            labels[f"{name}/{step}"] = _names(written.get("label"))
        for intent, written in flow.get("names", {}).items():
            labels[f"{name}/?{intent}"] = _names(written)
    return {place: names for place, names in labels.items() if names}


def _names(text: Any) -> Names:
    if isinstance(text, dict):
        return {str(language): str(words) for language, words in text.items()}
    return {"zh": str(text), "en": str(text)} if text else {}
