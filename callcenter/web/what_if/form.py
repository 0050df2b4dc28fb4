"""The question's form: what was typed, what may be chosen, and the question it makes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta

from callcenter.domain.access import Right
from callcenter.domain.what_if import Change, MoreStaff, OtherPolicy, OtherSkill, Question
from callcenter.routing.policies import AGENT_POLICIES, CONTACT_POLICIES
from callcenter.web.admin import labels
from callcenter.web.admin.options import skills_of
from callcenter.web.i18n import N_
from callcenter.web.sessions import Viewer
from callcenter.web.wording.words import Words

FIELDS = ("day", "start", "end", "kind", "count", "where", "queue", "agents", "contacts", "agent", "skill", "level")
LONGEST = 100
MOST_STAFF = 10
KINDS = ("staff", "policy", "skill")
MIDNIGHT = "24:00"
Options = list[tuple[str, str]]

FAULTS = {
    "day": N_("Choose a day that has begun."),
    "start": N_("Write a time such as 10:00."),
    "end": N_("Write a time after the first one."),
    "count": N_("Choose how many from the list."),
    "where": N_("Choose a team or a queue from the list."),
    "queue": N_("Choose a queue from the list."),
    "agents": N_("Choose at least one other order."),
    "agent": N_("Choose an agent from the list."),
    "skill": N_("Choose a skill from the list."),
    "level": N_("Choose a level from the list."),
}


def typed(given: Mapping[str, object], now_ms: int, words: Words) -> dict[str, str]:
    """What the form says; what it leaves out is yesterday, from ten to eleven, with one agent more."""
    yesterday = datetime.fromtimestamp(now_ms / 1_000, words.zone).date() - timedelta(days=1)
    usual = {"day": yesterday.isoformat(), "start": "10:00", "end": "11:00", "kind": "staff", "count": "1"}
    return {name: str(given.get(name, usual.get(name, ""))).strip()[:LONGEST] for name in FIELDS}


def typed_of(question: Question, now_ms: int, words: Words) -> dict[str, str]:
    """What was typed for a question."""
    said: dict[str, object] = {"day": question.day, "start": question.start, "end": question.end}
    if question.end == MIDNIGHT:
        said["end"] = "00:00"
    match question.change:
        case MoreStaff(count=count, where=where):
            said |= {"kind": "staff", "count": count, "where": where}
        case OtherPolicy(queue=queue, agents=agents, contacts=contacts):
            said |= {"kind": "policy", "queue": queue, "agents": agents, "contacts": contacts}
        case OtherSkill(agent=agent, skill=skill, level=level):
            said |= {"kind": "skill", "agent": agent, "skill": skill, "level": str(level)}
    return typed(said, now_ms, words)


def choices_of(words: Words, viewer: Viewer) -> dict[str, Options]:
    """What each list offers; agents as far as the floor reaches for the viewer."""
    config = words.config
    teams = sorted({agent.team for agent in config.agents.values() if agent.team})
    queues = [(key, words.queue(key)) for key in config.queues]
    seen = [a.id for a in config.agents.values() if viewer.covers(Right.WATCH_FLOOR, a.id, a.team)]
    without = words.gettext("without the skill")
    return {
        "kind": [(kind, words.gettext(_KINDS[kind])) for kind in KINDS],
        "count": [(str(count), _count(words, count)) for count in _counts()],
        "where": [
            *((f"team:{team}", words.gettext("Team %(name)s", name=words.team(team))) for team in teams),
            *((f"queue:{key}", words.gettext("Queue %(name)s", name=name)) for key, name in queues),
        ],
        "queue": queues,
        "agents": _policies(words, AGENT_POLICIES, labels.AGENT_POLICIES),
        "contacts": _policies(words, CONTACT_POLICIES, labels.CONTACT_POLICIES),
        "agent": sorted(((agent, words.agent(agent)) for agent in seen), key=lambda pair: pair[1]),
        "skill": [(skill, words.skill(skill)) for skill in skills_of(config)],
        "level": [("0", without), *((str(level), str(level)) for level in range(1, 11))],
    }


_KINDS = {
    "staff": N_("more or fewer agents"),
    "policy": N_("another order in a queue"),
    "skill": N_("another skill of an agent"),
}


def question_of(
    said: Mapping[str, str], choices: Mapping[str, Options], now_ms: int, words: Words
) -> tuple[Question | None, dict[str, str]]:
    """The question, or None with a sentence for each field that must be mended."""
    wrong = _hours_faults(said, now_ms, words)
    needed = {"staff": ("count", "where"), "policy": ("queue",), "skill": ("agent", "skill", "level")}
    kind = said["kind"] if said["kind"] in KINDS else "staff"
    wrong |= {name for name in needed[kind] if said[name] not in dict(choices[name])}
    if kind == "policy":
        chosen = [said[name] for name in ("agents", "contacts") if said[name]]
        known = dict(choices["agents"]) | dict(choices["contacts"])
        if not chosen or any(name not in known for name in chosen):
            wrong.add("agents")
    if wrong:
        return None, {name: words.gettext(FAULTS[name]) for name in FIELDS if name in wrong}
    end = MIDNIGHT if said["end"] == "00:00" else said["end"]
    return Question(said["day"], said["start"], end, _change(kind, said)), {}


def _change(kind: str, said: Mapping[str, str]) -> Change:
    match kind:
        case "policy":
            return OtherPolicy(said["queue"], said["agents"], said["contacts"])
        case "skill":
            return OtherSkill(said["agent"], said["skill"], int(said["level"]))
        case _:
            return MoreStaff(int(said["count"]), said["where"])


def _hours_faults(said: Mapping[str, str], now_ms: int, words: Words) -> set[str]:
    wrong = set()
    try:
        day = date.fromisoformat(said["day"])
    except ValueError:
        wrong.add("day")
    else:
        today = datetime.fromtimestamp(now_ms / 1_000, words.zone).date()
        if not date(2000, 1, 2) <= day <= today or said["day"] != day.isoformat():
            wrong.add("day")
    start, end = _clock(said["start"]), _clock(said["end"])
    if start is None:
        wrong.add("start")
    if end is None or (start is not None and end != time() and end <= start):
        wrong.add("end")
    return wrong


def _clock(text: str) -> time | None:
    try:
        return datetime.strptime(text, "%H:%M").time()  # a clock's hands
    except ValueError:
        return None


def _counts() -> list[int]:
    return [*range(1, MOST_STAFF + 1), *range(-1, -MOST_STAFF - 1, -1)]


def _count(words: Words, count: int) -> str:
    if count > 0:
        return words.ngettext("%(count)d agent more", "%(count)d agents more", count)
    return words.ngettext("%(count)d agent fewer", "%(count)d agents fewer", -count)


def _policies(words: Words, known: Collection[str], texts: Mapping[str, str]) -> Options:
    return [("", words.gettext("as it was")), *((name, words.gettext(texts.get(name, name))) for name in known)]
