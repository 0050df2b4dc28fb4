"""The router's reasons in words: why this agent, why this contact, why somebody still waits or has nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from callcenter.routing.policies import A_STEP_MS
from callcenter.web.i18n import N_
from callcenter.web.wording.outcomes import channel_word
from callcenter.web.wording.words import Words, short_time

Detail = dict[str, Any]
ASKED = {
    "asked_for_person": N_("asked for a person"),
    "card_loss": N_("reports a lost card"),
    "card_lost": N_("reports a lost card"),
    "elder": N_("elder customer"),
    "elder_customer": N_("elder customer"),
    "elder_line": N_("elder customer"),
    "regulator": N_("regulator line 12378"),
    "regulator_line": N_("regulator line 12378"),
    "complaint": N_("has a complaint"),
    "vip": N_("valued customer"),
    "dialled": N_("the dialled number leads here"),
    "agent_lost": N_("the former agent's connection was lost"),
    "transferred": N_("handed over"),
    "assistant_not_understood": N_("the assistant did not understand twice"),
    "assistant_risk": N_("a word of risk or anger was said"),
    "assistant_rule": N_("this goes to a person by rule"),
    "assistant_service": N_("the bank's service could not do it"),
    "assistant_unavailable": N_("the assistant could not be asked"),
}
"""What the customer asked for, by the code under which the contact was queued."""
_STATES = {
    "available": N_("free"),
    "busy": N_("on a call"),
    "offered": N_("being rung"),
    "wrap_up": N_("in wrap-up"),
    "on_break": N_("on break"),
    "logged_out": N_("signed out"),
    "in_chats": N_("in chats"),
    "lacks_skill": N_("not eligible"),
    "kept": N_("kept for others"),
}


def _best_agent(words: Words, d: Detail) -> str:
    """An arriving contact chose among free agents."""
    _ = words.gettext
    policy, (first, *others) = d.get("policy", "longest_idle"), d["candidates"] or [{}]
    parts = [_FIRST[policy](words, {"idle_ms": d["idle_ms"], **first})] if policy in _FIRST else []
    if first.get("preferred"):
        parts.append(_("with the preferred skill"))
    parts += _in_hand(words, d)
    if rivals := [_rival(words, policy, other) for other in others]:
        parts.append(_("before %(who)s", who=_(", ").join(rivals)))
    free = d.get("available", len(d["candidates"]))
    parts.append(words.ngettext("%(count)d free agent fits", "%(count)d free agents fit", free))
    return _told(words, d, parts)


_FIRST: dict[str, Callable[[Words, Detail], str]] = {
    "longest_idle": lambda words, d: words.gettext("free longest (%(time)s)", time=short_time(d["idle_ms"])),
    "least_occupied": lambda words, d: words.gettext(
        "has worked least since signing in (%(time)s)", time=short_time(d.get("worked_ms"))
    ),
    "highest_level": lambda words, d: words.gettext("has the highest level (%(level)s)", level=d.get("level", "–")),
    "round_robin": lambda words, d: words.gettext("next in turn"),
}
"""What put the first of the candidates first, by the queue's policy."""


def _rival(words: Words, policy: str, d: Detail) -> str:
    figures = {
        "longest_idle": short_time(d.get("idle_ms")),
        "least_occupied": short_time(d.get("worked_ms")),
        "highest_level": str(d.get("level", "–")),
    }
    name = words.agent(d["agent"])
    return words.aside(name, figures[policy]) if policy in figures else name


def _next_contact(words: Words, d: Detail) -> str:
    """A freed agent took the contact that was next."""
    _ = words.gettext
    parts = [_("next in line after %(time)s", time=short_time(d["waited_ms"]))]
    if d.get("front"):
        parts.append(_("with precedence"))
    if d.get("priority"):
        parts.append(_("priority %(level)d", level=d["priority"]))
    if d.get("policy") in _SCORED:
        parts.append(_SCORED[d["policy"]](words, d.get("score", 0) / A_STEP_MS))
    parts += _in_hand(words, d)
    heads = [
        words.aside(words.queue(head["queue"]), short_time(head["waited_ms"])) for head in d.get("next_elsewhere", ())
    ]
    if heads:
        parts.append(_("before %(who)s", who=_(", ").join(heads)))
    return _told(words, d, parts)


_SCORED: dict[str, Callable[[Words, float], str]] = {
    "ageing_by_class": lambda words, steps: words.gettext(
        "its priority has grown to %(level)s with the wait", level=f"{steps:.1f}"
    ),
    "fixed_queue_ratio": lambda words, above: words.gettext(
        "its queue is furthest above its share of all who wait (by %(count)s)", count=f"{above:.1f}"
    ),
    "generalised_c_mu": lambda words, cost: words.gettext("its wait costs most, by cost, wait and handling time"),
}
"""What put the contact first, where more than its place counts."""


def _in_hand(words: Words, d: Detail) -> list[str]:
    """The agent has other contacts already."""
    count = d.get("in_hand", 0)
    return [words.ngettext("%(count)d contact in hand", "%(count)d contacts in hand", count)] if count else []


def _waits(text: str) -> Callable[[Words, Detail], str]:
    """Why a contact still waits: what keeps agents from it, and what it asks for."""

    def say(words: Words, d: Detail) -> str:
        _ = words.gettext
        parts = [words.gettext(text)]
        if d.get("prefers"):
            until = words.clock(d.get("until_ms"))
            parts.insert(0, _("waits for %(agent)s alone until %(time)s", agent=words.agent(d["prefers"]), time=until))
        elif d.get("until_ms"):
            parts.append(_("asks for less at %(time)s", time=words.clock(d["until_ms"])))
        if d.get("asks"):
            parts.append(_("asks for %(skills)s", skills=_skills(words, d["asks"])))
        if d.get("relaxed"):
            count = int(d["relaxed"])
            parts.append(words.ngettext("has relaxed %(count)d step", "has relaxed %(count)d steps", count))
        if d.get("at_capacity"):
            count = int(d["at_capacity"])
            parts.append(words.ngettext("%(count)d agent has no room", "%(count)d agents have no room", count))
        return _told(words, d, parts)

    return say


def _skills(words: Words, asks: Iterable[str]) -> str:
    """``english>=3`` and ``dialect>=1?`` as people write them."""
    return words.gettext(", ").join(_skill(words, ask) for ask in asks)


def _skill(words: Words, ask: str) -> str:
    name, _sep, level = ask.removesuffix("?").partition(">=")
    text = f"{words.skill(name)} ≥ {level}"
    return text + words.gettext(" (preferred)") if ask.endswith("?") else text


def _told(words: Words, d: Detail, parts: list[str]) -> str:
    _ = words.gettext
    asked = d.get("asked")
    if asked and asked in ASKED:
        parts.insert(0, words.gettext(ASKED[asked]))
    out = d.get("ruled_out")
    if isinstance(out, dict) and out:
        listed = _(", ").join(f"{_state(words, str(name))} {count}" for name, count in out.items())
        parts.append(_("not asked: %(who)s", who=listed))
    if d.get("said_no"):
        parts.append(_("said no before: %(who)s", who=_agents(words, d["said_no"])))
    if d.get("excluded"):
        parts.append(_("never to be asked: %(who)s", who=_agents(words, d["excluded"])))
    return _("; ").join(parts)


def _agents(words: Words, agents: Iterable[str]) -> str:
    return words.gettext(", ").join(words.agent(agent) for agent in agents)


def _queues(words: Words, queues: Iterable[str]) -> str:
    return words.gettext(", ").join(words.queue(queue) for queue in queues)


def _state(words: Words, name: str) -> str:
    """What kept others from it: ``busy``, ``on_break:lunch``, ``lacks_skill``."""
    kind, _sep, reason = name.partition(":")
    text = words.gettext(_STATES[kind]) if kind in _STATES else kind.replace("_", " ")
    return words.aside(text, words.break_reason(reason)) if reason else text


def _agents_reserved(words: Words, d: Detail) -> str:
    """A contact waits although somebody is free."""
    text = words.gettext("free agents are kept for %(queues)s", queues=_queues(words, d["reserved_for"]))
    return _told(words, d, [text])


def _being_offered(words: Words, d: Detail) -> str:
    return words.gettext("%(agent)s is being rung", agent=words.agent(d["agent"]))


def _kept_free(words: Words, d: Detail) -> str:
    """An agent has nothing although somebody waits."""
    return words.gettext("is kept free for %(queues)s", queues=_queues(words, d["reserved_for"]))


def _kept_from(words: Words, d: Detail) -> str:
    return words.ngettext(
        "%(count)d waits and may not be offered to this agent",
        "%(count)d wait and may not be offered to this agent",
        d["waiting"],
    )


def _ask_for_more(words: Words, d: Detail) -> str:
    lacks = [words.aside(_lack(words, name), str(count)) for name, count in d.get("lacks", {}).items()]
    text = words.ngettext("%(count)d waits elsewhere", "%(count)d wait elsewhere", d["waiting"])
    asked = words.gettext("they ask for: %(what)s", what=words.gettext(", ").join(lacks)) if lacks else ""
    return words.gettext("; ").join(part for part in (text, asked) if part)


def _lack(words: Words, name: str) -> str:
    kind, _sep, value = name.partition(":")
    match kind:
        case "preferred":
            return words.agent(value)
        case "queue":
            return words.queue(value)
        case "team":
            teams = words.config.teams
            named = (words.name(teams[team].names, team) if team in teams else team for team in value.split(","))
            return words.gettext("team %(name)s", name=words.gettext(", ").join(named))
        case "channel":
            return channel_word(words, value)
        case _:
            return _skills(words, [name])


def _nobody_waits(words: Words, d: Detail) -> str:
    queues = d.get("queues", ())
    if not queues:
        return words.gettext("serves no queue: skills, queues or channels leave nothing")
    return words.gettext("nobody waits in %(queues)s", queues=_queues(words, queues))


ROUTER: Mapping[str, Callable[[Words, Detail], str]] = {
    "best_agent": _best_agent,
    "next_contact": _next_contact,
    "being_offered": _being_offered,
    "all_busy": _waits(N_("everybody who could take it is at work")),
    "all_on_break": _waits(N_("everybody who could take it is on break")),
    "free_agents_kept_from_it": _waits(N_("free agents are kept from it")),
    "nobody_signed_in": _waits(N_("nobody who could take it is signed in")),
    "waits_to_ask_for_less": _waits(N_("nobody who has all it asks for is signed in")),
    "agents_reserved": _agents_reserved,
    "reserved": _kept_free,
    "kept_from_waiting_contacts": _kept_from,
    "waiting_contacts_ask_for_more": _ask_for_more,
    "nobody_waits": _nobody_waits,
    "not_available": lambda words, d: words.gettext("not available"),
}
"""Reason → its sentence."""
