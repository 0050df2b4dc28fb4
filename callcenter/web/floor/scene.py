"""The floor page's and the wall's live picture: drawn once for all who see the same."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from callcenter.domain.access import Reach
from callcenter.domain.agent import AgentState
from callcenter.domain.ports import Desk
from callcenter.domain.views import AgentView, FloorView
from callcenter.routing.matching import demand_of, qualifies
from callcenter.web.floor.alarms import ShownAlarm, shown_alarms
from callcenter.web.floor.figures import QueueRow, queue_row, totals
from callcenter.web.floor.scope import is_about_queue, seen
from callcenter.web.live import Fragments, Picture
from callcenter.web.rendering import fragment, macro
from callcenter.web.services import WebServices
from callcenter.web.wording.outcomes import SHAPES, state_word
from callcenter.web.wording.words import Words, words_for

GROUPS = (
    AgentState.BUSY,
    AgentState.OFFERED,
    AgentState.WRAP_UP,
    AgentState.AVAILABLE,
    AgentState.ON_BREAK,
    AgentState.LOGGED_OUT,
)


SLICE = 100
"""So many tiles are drawn before others have their turn."""


class Tile(NamedTuple):
    """What an agent's tile shows, apart from names of the configuration."""

    id: str
    name: str
    team: str
    team_name: str
    look: str
    since_ms: int
    reason: str
    queue: str
    hold_since_ms: int | None
    desk_open: bool
    next_state: AgentState | None
    skills: tuple[str, ...]
    serves: tuple[str, ...]
    supervisors: tuple[tuple[str, str], ...]
    alarmed: bool


class Drawing:
    """What stays the same while configuration and labels do: words, templates at hand, who serves which queue."""

    def __init__(self, words: Words) -> None:
        self.words = words
        draw_tile = macro(words, "floor/tile.html", "draw")
        self.tiles: Fragments[Tile] = Fragments(lambda tile: str(draw_tile(tile)))
        self.rows: Fragments[QueueRow] = Fragments(lambda row: self._draw("floor/queue_row.html", row=row))
        self.alarms: Fragments[ShownAlarm] = Fragments(lambda alarm: self._draw("floor/alarm.html", alarm=alarm))
        self.strips: Fragments[QueueRow] = Fragments(lambda row: self._draw("floor/wall_queue.html", row=row))
        self.is_prepared = False
        self._demands = [(queue.id, demand_of(queue, ())) for queue in words.config.queues.values()]
        self._serves: dict[str, tuple[str, ...]] = {}

    def _draw(self, template: str, **values: Any) -> str:
        return fragment(self.words, template, shapes=SHAPES, **values)

    def region(self, template: str, **values: Any) -> str:
        """A region's HTML."""
        return self._draw(template, **values)

    def serves(self, agent: str) -> tuple[str, ...]:
        """The queues an agent serves, worked out once."""
        found = self._serves.get(agent)
        if found is None:
            known = self.words.config.agents.get(agent)
            found = () if known is None else tuple(q for q, demand in self._demands if qualifies(known, q, demand))
            self._serves[agent] = found
        return found


_DRAWINGS: WeakKeyDictionary[Desk, dict[str, Drawing]] = WeakKeyDictionary()
"""By language: a tile is the same for all who see it, so those who look next find it drawn."""


def drawing_for(services: WebServices, language: str) -> Drawing:
    """The drawing that fits the configuration in force."""
    config, labels = services.desk.config(), services.desk.labels()
    kept = _DRAWINGS.setdefault(services.desk, {})
    drawing = kept.get(language)
    if drawing is None or drawing.words.config is not config or drawing.words.labels != labels:
        drawing = kept[language] = Drawing(
            words_for(language, services.settings.timezone, config, labels, services.people.shown)
        )
    return drawing


class FloorScene:
    """Callable that draws the floor as ``reach`` sees it, in one language."""

    def __init__(self, services: WebServices, language: str, reach: Reach) -> None:
        self._services = services
        self._language = language
        self._reach = reach

    async def prepare(self) -> None:
        """Learn the names of those who acted; draw the tiles of a large floor in slices.

        The first picture must not hold up calls and other pages.
        """
        floor, drawing = self._look()
        await self._services.people.learn(actors(floor))
        if drawing.is_prepared:
            return
        alarmed = _alarmed(floor)
        for begin in range(0, len(floor.agents), SLICE):
            some = floor.agents[begin : begin + SLICE]
            drawing.tiles.of((f"agent-{a.id}", _tile(a, drawing, a.id in alarmed)) for a in some)
            await asyncio.sleep(0)
        drawing.is_prepared = True

    def __call__(self) -> Picture:
        """The floor now."""
        floor, drawing = self._look()
        alarms = shown_alarms(drawing.words, floor, self._services.troubles.all(), self._services.assistant_down())
        rows = self._rows(drawing.words, floor)
        picture = Picture(
            regions={
                "summary": drawing.region("floor/summary.html", all=totals(drawing.words, floor, rows)),
                "alarm-count": drawing.region("floor/alarm_count.html", count=sum(not a.seen_by for a in alarms)),
                **{f"count-{state.value}": str(sum(a.state is state for a in floor.agents)) for state in GROUPS},
            },
            lists={
                "queues": drawing.rows.of((f"queue-{row.id}", row) for row in rows),
                "alarms": drawing.alarms.of((alarm.key, alarm) for alarm in alarms),
                **{f"agents-{state.value}": self._tiles(drawing, floor, state) for state in GROUPS},
            },
        )
        drawing.alarms.forget_others()
        return picture

    def _look(self) -> tuple[FloorView, Drawing]:
        """The floor within reach, and words that fit the configuration in force."""
        drawing = drawing_for(self._services, self._language)
        floor = self._services.desk.floor_view()
        self._services.trend.note(floor)
        return seen(floor, self._reach), drawing

    def _rows(self, words: Words, floor: FloorView) -> list[QueueRow]:
        return [queue_row(words, floor, queue, self._services.trend.waiting(queue.id)) for queue in floor.queues]

    def _tiles(self, drawing: Drawing, floor: FloorView, state: AgentState) -> dict[str, str]:
        alarmed = _alarmed(floor)
        agents = sorted((a for a in floor.agents if a.state is state), key=lambda a: (a.since_ms, a.id))
        return drawing.tiles.of((f"agent-{a.id}", _tile(a, drawing, a.id in alarmed)) for a in agents)


class WallScene(FloorScene):
    """The large screen: no names, no numbers of people."""

    async def prepare(self) -> None:
        """There are no tiles."""

    def __call__(self) -> Picture:
        """The wall now."""
        floor, drawing = self._look()
        rows = self._rows(drawing.words, floor)
        alarms = shown_alarms(drawing.words, floor, self._services.troubles.all(), self._services.assistant_down())
        return Picture(
            regions={
                "figures": drawing.region("floor/wall_figures.html", all=totals(drawing.words, floor, rows)),
                "wall-alarms": drawing.region("floor/wall_alarms.html", alarms=alarms),
            },
            lists={"queues": drawing.strips.of((f"queue-{row.id}", row) for row in rows)},
        )


def _alarmed(floor: FloorView) -> set[str]:
    """Agents about whom an alarm stands."""
    return {alarm.subject for alarm in floor.alarms if not is_about_queue(alarm)}


def _tile(agent: AgentView, drawing: Drawing, alarmed: bool) -> Tile:
    return Tile(
        id=agent.id,
        name=agent.name,
        team=agent.team,
        team_name=drawing.words.team(agent.team),
        look="hold" if agent.on_hold else agent.state.value,
        since_ms=agent.since_ms,
        reason=agent.reason,
        queue=agent.queue,
        hold_since_ms=agent.hold_since_ms if agent.on_hold else None,
        desk_open=agent.desk_open,
        next_state=agent.next_state,
        skills=tuple(agent.skills),
        serves=drawing.serves(agent.id),
        supervisors=tuple(sorted(agent.supervisors.items())),
        alarmed=alarmed,
    )


def actors(floor: FloorView) -> set[str]:
    """Sign-in names of those whose acts the floor shows."""
    closed = {queue.closure.by for queue in floor.queues if queue.closure is not None}
    return closed | {alarm.acknowledged_by for alarm in floor.alarms}


def group_names(words: Words) -> list[tuple[str, str]]:
    """The groups of agents in the order they stand, each with its word."""
    return [(state.value, state_word(words, state)) for state in GROUPS]
