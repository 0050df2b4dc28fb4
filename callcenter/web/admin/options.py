"""What fields choose from, in the viewer's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from callcenter.domain.access import Right, scope_of
from callcenter.domain.config import CenterConfig
from callcenter.domain.records import User
from callcenter.routing.check_channels import CHANNELS
from callcenter.routing.check_chat import TOKEN_ALGORITHMS
from callcenter.routing.policies import AGENT_POLICIES, CONTACT_POLICIES
from callcenter.web.admin import labels
from callcenter.web.wording.outcomes import channel_word
from callcenter.web.wording.words import Words

Options = list[tuple[str, str]]


class OptionLists:
    """The lists for one page: of the configuration being edited, the live flows, the users, the flows' calendars.

    ``leave_out`` is the element being edited, where it may not choose itself.
    """

    def __init__(
        self,
        words: Words,
        config: CenterConfig,
        flows: Sequence[str],
        users: Sequence[User],
        calendars: Iterable[str] = (),
        leave_out: str = "",
    ) -> None:
        self._words = words
        self._config = config
        self._flows = flows
        self._users = users
        self._made: dict[str, Options] = {}
        self._lists: dict[str, Callable[[], Options]] = {
            "agent_policies": lambda: self._texts(labels.AGENT_POLICIES, AGENT_POLICIES),
            "contact_policies": lambda: self._texts(labels.CONTACT_POLICIES, CONTACT_POLICIES),
            "channels": lambda: [(name, channel_word(words, name)) for name in CHANNELS],
            "abandons": lambda: self._texts(labels.ABANDONS),
            "kinds": lambda: self._texts(labels.KINDS),
            "languages": lambda: self._texts(labels.LANGUAGES),
            "metrics": lambda: self._texts(labels.METRICS),
            "flows": lambda: [(flow, words.flow(flow)) for flow in flows],
            "queues": lambda: [(key, words.name(queue.names, key)) for key, queue in config.queues.items()],
            "teams": lambda: [(key, words.name(team.names, key)) for key, team in config.teams.items()],
            "dispositions": lambda: [
                (reason.id, words.name(reason.names, reason.id)) for reason in config.dispositions
            ],
            "calendars": lambda: [(key, key) for key in sorted({*config.calendars, *calendars})],
            "other_channels": lambda: [pair for pair in self.of("channels") if pair[0] != leave_out],
            "algorithms": lambda: [(name, name) for name in TOKEN_ALGORITHMS],
            "entries": self._entries,
            "users": self._leaders,
            "targets": self._targets,
            "skills": lambda: [(skill, words.skill(skill)) for skill in skills_of(config)],
        }

    def of(self, name: str, present: Sequence[str] = ()) -> Options:
        """A list by name; values of ``present`` that are not in it come last, so that they can be seen and mended."""
        if name not in self._made:
            self._made[name] = self._lists[name]()
        found = self._made[name]
        known = {key for key, _ in found}
        return found + [(value, value) for value in present if value and value not in known]

    def explained(self, name: str, present: Sequence[str] = ()) -> list[tuple[str, str, str]]:
        """The same, each with a line that says what it means."""
        notes = labels.EXPLAINED[name]
        return [(key, text, self._words.gettext(notes.get(key, ""))) for key, text in self.of(name, present)]

    def at_first(self, name: str) -> dict[str, str]:
        """What holds where a list of numbers says nothing: the channels' own capacities; for others nothing."""
        if name != "channels":
            return {}
        return {key: str(rule.capacity) for key, rule in self._config.channels.items()}

    def _texts(self, texts: dict[str, str], keys: Iterable[str] | None = None) -> Options:
        return [(str(key), self._words.gettext(texts.get(key, key))) for key in (keys or texts)]

    def _leaders(self) -> Options:
        """Who may watch a floor, and whoever leads already."""
        chosen = {name for team in self._config.teams.values() for name in team.leaders}
        able = [u for u in self._users if scope_of(self._config.roles, u.role, Right.WATCH_FLOOR) and not u.disabled]
        known = {user.name: user.display_name for user in able}
        return [(name, f"{known.get(name, name)} ({name})") for name in dict.fromkeys([*known, *sorted(chosen)])]

    def _entries(self) -> Options:
        """Where a dialled number may lead: a flow, or straight into a queue."""
        queue = self._words.gettext("Queue %(name)s")
        return self.of("flows") + [(f"queue:{key}", queue % {"name": text}) for key, text in self.of("queues")]

    def _targets(self) -> Options:
        queues = [(f"queue:{key}", text) for key, text in self.of("queues")]
        flows = [(f"flow:{key}", text) for key, text in self.of("flows")]
        return [*queues, *flows, ("callback", self._words.gettext("Callback"))]


def skills_of(config: CenterConfig) -> list[str]:
    """Every skill that an agent has, a queue asks for, or that has a name."""
    held = {skill for agent in config.agents.values() for skill in agent.skills}
    asked = {need.skill for queue in config.queues.values() for need in queue.skills}
    return sorted(held | asked | {named.id for named in config.skill_names})
