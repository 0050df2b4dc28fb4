"""Everything a page says in one language: texts, names, times, durations, masked numbers."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from callcenter.domain.access import BUILT_IN_ROLES
from callcenter.domain.agent import BREAK_REASON_CONNECTION_LOST, BREAK_REASON_MISSED, BREAK_REASON_SIGNED_IN
from callcenter.domain.config import CenterConfig
from callcenter.domain.names import Names
from callcenter.web.i18n import translations


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language, in one time zone, with the centre's own names for things."""

    language: str
    zone: ZoneInfo
    config: CenterConfig
    catalogue: gettext.NullTranslations
    labels: Mapping[str, Names] = field(default_factory=dict)
    """What flows and steps are called: ``hotline``, ``hotline/main``."""
    people: Mapping[str, str] = field(default_factory=dict)
    """Names shown by sign-in name (:class:`~callcenter.web.people.People` keeps them)."""
    whole: bool = False
    """Numbers are not masked: only for what is handed out on record."""

    def number(self, number: str) -> str:
        """A telephone number as this text may show it."""
        return number if self.whole else masked_number(number)

    def gettext(self, text: str, /, **values: object) -> str:
        """The text in this language, with ``%(name)s`` filled in."""
        found = self.catalogue.gettext(text)
        return found % values if values else found

    def ngettext(self, one: str, many: str, count: int, /, **values: object) -> str:
        """Singular or plural."""
        return self.catalogue.ngettext(one, many, count) % {"count": count, **values}

    def aside(self, text: str, more: str) -> str:
        """The text with more in brackets, as this language writes them."""
        return self.gettext("%(text)s (%(more)s)", text=text, more=more)

    def pair(self, name: str, value: str) -> str:
        """A name and its value, parted as this language does."""
        return self.gettext("%(name)s: %(value)s", name=name, value=value)

    def name(self, names: Names, fallback: str = "") -> str:
        """A configured name in this language, else in any."""
        return names.get(self.language) or next(iter(names.values()), "") or fallback

    def queue(self, queue: str) -> str:
        """A queue's name."""
        found = self.config.queues.get(queue)
        return self.name(found.names, queue) if found else queue

    def chat_entry(self, entry: str) -> str:
        """The name of a way into chat."""
        found = self.config.chat_entries.get(entry)
        return self.name(found.names, entry) if found else entry

    def agent(self, agent: str) -> str:
        """An agent's name."""
        found = self.config.agents.get(agent)
        return found.name if found and found.name else agent

    def person(self, name: str) -> str:
        """Somebody's name shown, by their sign-in name."""
        return self.people.get(name, name)

    def team(self, team: str) -> str:
        """A team's name."""
        found = self.config.teams.get(team)
        return self.name(found.names, team) if found else team

    def skill(self, skill: str) -> str:
        """A skill's name."""
        return self._reason(self.config.skill_names, skill)

    def flow(self, flow: str) -> str:
        """A flow's title."""
        return self.name(self.labels.get(flow, {}), flow.replace("_", " "))

    def step(self, flow: str, step: str) -> str:
        """A step's label."""
        return self.name(self.labels.get(f"{flow}/{step}", {}), step.replace("_", " "))

    def intent(self, flow: str, intent: str) -> str:
        """What an intent of a flow's assistant is called."""
        return self.name(self.labels.get(f"{flow}/?{intent}", {}), intent.replace("_", " "))

    def role(self, role: str) -> str:
        """A role's name."""
        found = self.config.roles.get(role) or BUILT_IN_ROLES.get(role)
        return self.name(found.names, role) if found else role

    def emergency_message(self, message: str) -> str:
        """What customers of a closed queue hear."""
        return self._reason(self.config.emergency_messages, message)

    def disposition(self, disposition: str) -> str:
        """A disposition's name."""
        return self._reason(self.config.dispositions, disposition)

    def break_reason(self, reason: str) -> str:
        """A break reason's name; ours (missed offer, signed in) have texts."""
        ours = {
            BREAK_REASON_MISSED: self.gettext("Missed an offer"),
            BREAK_REASON_SIGNED_IN: self.gettext("Just signed in"),
            BREAK_REASON_CONNECTION_LOST: self.gettext("Connection lost"),
            "phone_unreachable": self.gettext("Phone not reachable"),
        }
        if reason in ours:
            return ours[reason]
        return self._reason(self.config.break_reasons, reason)

    def _reason(self, reasons: tuple[object, ...], wanted: str) -> str:
        for reason in reasons:
            if getattr(reason, "id", None) == wanted:
                return self.name(getattr(reason, "names", {}), wanted)
        return wanted

    def target(self, target: str) -> str:
        """A transfer target in words: agent, queue or (masked) number."""
        kind, _, value = target.partition(":")
        match kind:
            case "agent":
                return self.agent(value)
            case "queue":
                return self.queue(value)
            case "number":
                return self.number(value)
            case _:
                return value or target

    def clock(self, at_ms: int | None) -> str:
        """Time of day, ``14:03:07``."""
        return self._local(at_ms, "%H:%M:%S")

    def day(self, at_ms: int | None) -> str:
        """Date, ``2026-03-09``."""
        return self._local(at_ms, "%Y-%m-%d")

    def moment(self, at_ms: int | None) -> str:
        """Date and time to the minute."""
        return self._local(at_ms, "%m-%d %H:%M")

    def _local(self, at_ms: int | None, form: str) -> str:
        if at_ms is None:
            return ""
        return datetime.fromtimestamp(at_ms / 1000, self.zone).strftime(form)


def words_for(
    language: str,
    timezone: str,
    config: CenterConfig,
    labels: Mapping[str, Names] | None = None,
    people: Mapping[str, str] | None = None,
) -> Words:
    """The words of one language."""
    known = {} if people is None else people  # not a copy: what is learned later is known, too
    return Words(language, ZoneInfo(timezone), config, translations(language), labels or {}, known)


def short_time(ms: float | None) -> str:
    """A duration as ``0:42``, ``3:41`` or ``1:02:05``; a dash when unknown."""
    if ms is None:
        return "–"
    minutes, seconds = divmod(int(max(ms, 0)) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def masked_number(number: str) -> str:
    """A telephone number with its middle hidden: ``138****2210``; short service numbers and web callers stay whole."""
    if number.startswith("web-"):
        return number
    plain = number.removeprefix("+86") if number.startswith("+86") and len(number) == 14 else number
    if not any(c.isdigit() for c in plain) or len(plain) <= 6:
        return plain
    head = 3 if len(plain) >= 10 else 1
    return f"{plain[:head]}{'*' * max(3, len(plain) - head - 4)}{plain[-4:]}"


def masked_name(name: str) -> str:
    """A person's name with only the family name left: ``张**``, ``A****``."""
    return name[:1] + "*" * min(max(len(name) - 1, 1), 4) if name else ""
