"""Reasons in words: each ``Why`` of the core as a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from callcenter.domain.contact import Why
from callcenter.web.i18n import N_
from callcenter.web.words import Words, short_time

Detail = dict[str, Any]


def why_sentence(words: Words, why: Why | None) -> str:
    """One sentence; an unknown code is named rather than hidden. Empty without a reason."""
    if why is None:
        return ""
    if why.code in _PLAIN and why.code not in _TELLERS:
        return words.gettext(_PLAIN[why.code])
    teller = _TELLERS.get(why.code)
    try:
        if teller is not None:
            return teller(words, why.detail)
    except (KeyError, TypeError, ValueError):
        pass  # detail of another shape than we know: the code still says what it was
    _ = words.gettext
    facts = ", ".join(f"{key} {value}" for key, value in why.detail.items() if isinstance(value, (str, int)))
    text = _("reason “%(code)s”", code=why.code.replace("_", " "))
    return f"{text} ({facts})" if facts else text


def _agent_lost(words: Words, d: Detail) -> str:
    _ = words.gettext
    return _("the connection to %(agent)s was lost; back at the front of the queue", agent=words.agent(d["agent"]))


def _case(words: Words, d: Detail) -> str:
    return words.gettext("because %(condition)s", condition=d["when"])


def _menu(words: Words, d: Detail) -> str:
    return words.gettext("the customer pressed %(key)s", key=d["key"])


def _survey_low(words: Words, d: Detail) -> str:
    return words.gettext("a low rating: %(answer)s", answer=d["answer"])


def _service_failed(words: Words, d: Detail) -> str:
    _ = words.gettext
    status = f" (HTTP {d['status']})" if d.get("status") else ""
    return _("the business service %(service)s did not answer", service=d["service"]) + status


def _transferred(words: Words, d: Detail) -> str:
    return words.gettext("handed over by %(agent)s", agent=words.agent(d["by"]))


def _consult(words: Words, d: Detail) -> str:
    return words.gettext("%(agent)s asks you for advice", agent=words.agent(d["agent"]))


def _overflow(words: Words, d: Detail) -> str:
    wait, queue = short_time(d.get("waited_ms")), words.queue(d["from"])
    return words.gettext("overflow from %(queue)s after %(wait)s of waiting", queue=queue, wait=wait)


def _unstaffed(words: Words, d: Detail) -> str:
    return words.gettext("nobody is signed in for %(queue)s", queue=words.queue(d["from"]))


def _best_agent(words: Words, d: Detail) -> str:
    """An arriving contact chose among free agents."""
    _ = words.gettext
    parts = [_("free longest (%(time)s)", time=short_time(d["idle_ms"]))]
    if d.get("policy") != "longest_idle":
        parts = [_("best by “%(policy)s”, free for %(time)s", policy=d.get("policy"), time=short_time(d["idle_ms"]))]
    free = d.get("available", len(d["candidates"]))
    parts.append(words.ngettext("%(count)d free agent fits", "%(count)d free agents fit", free))
    return _told(words, d, parts)


def _next_contact(words: Words, d: Detail) -> str:
    """A freed agent took the contact that was next."""
    _ = words.gettext
    parts = [_("next in line after %(time)s", time=short_time(d["waited_ms"]))]
    if d.get("front"):
        parts.append(_("with precedence"))
    if d.get("priority"):
        parts.append(_("priority %(level)d", level=d["priority"]))
    return _told(words, d, parts)


def _told(words: Words, d: Detail, parts: list[str]) -> str:
    _ = words.gettext
    asked = d.get("asked")
    if asked and asked in _ASKED:
        parts.insert(0, words.gettext(_ASKED[asked]))
    out = d.get("ruled_out")
    if isinstance(out, dict) and out:
        listed = _(", ").join(f"{_state(words, str(name))} {count}" for name, count in out.items())
        parts.append(_("not asked: %(who)s", who=listed))
    if d.get("said_no"):
        parts.append(_("said no before: %(who)s", who=_(", ").join(words.agent(a) for a in d["said_no"])))
    return _("; ").join(parts)


def _state(words: Words, name: str) -> str:
    """What kept others from it: ``busy``, ``on_break:lunch``, ``lacks_skill``."""
    kind, _sep, reason = name.partition(":")
    text = words.gettext(_STATES[kind]) if kind in _STATES else kind.replace("_", " ")
    return f"{text} ({words.break_reason(reason)})" if reason else text


_STATES = {
    "available": N_("free"),
    "busy": N_("on a call"),
    "offered": N_("being rung"),
    "wrap_up": N_("in wrap-up"),
    "on_break": N_("on break"),
    "logged_out": N_("signed out"),
    "lacks_skill": N_("skill missing"),
    "kept": N_("kept for others"),
}
_ASKED = {
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
}
_TELLERS: dict[str, Callable[[Words, Detail], str]] = {
    "agent_lost": _agent_lost,
    "case": _case,
    "menu_choice": _menu,
    "survey_low": _survey_low,
    "service_failed": _service_failed,
    "transferred": _transferred,
    "consult": _consult,
    "overflow_waited": _overflow,
    "overflow_unstaffed": _unstaffed,
    "best_agent": _best_agent,
    "next_contact": _next_contact,
}
_PLAIN = _ASKED | {
    "flow_transfer": N_("the flow sent the customer here"),
    "transfer_failed": N_("the transfer did not come about"),
    "flow_failed": N_("the flow could not go on"),
    "otherwise": N_("no other case fitted"),
    "menu_no_choice": N_("nothing on the menu was chosen"),
    "gather_failed": N_("the keys did not come or did not fit"),
    "voicemail_empty": N_("no message was left"),
    "callback_declined": N_("declined a callback"),
    "callback_no_answer": N_("did not say whether to call back"),
    "callback_booked": N_("wants to be called back"),
    "survey_no_answer": N_("did not answer the survey"),
    "hours_open": N_("within opening hours"),
    "hours_closed": N_("outside opening hours"),
    "hours_holiday": N_("a public holiday"),
    "hours_unknown": N_("the calendar does not know this year"),
    "nobody_signed_in": N_("nobody who could take it is signed in"),
    "declined": N_("declined by the agent"),
    "missed": N_("not answered in time"),
    "unreachable": N_("the softphone can't be reached"),
    "caller_left": N_("the caller hung up"),
    "withdrawn": N_("withdrawn"),
    "offer_declined": N_("declined by the agent"),
    "offer_missed": N_("not answered in time"),
    "offer_unreachable": N_("the softphone can't be reached"),
    "offer_withdrawn": N_("withdrawn"),
    "agent_signed_out": N_("the agent signed out"),
    "agent_removed": N_("the agent is no longer configured"),
}
