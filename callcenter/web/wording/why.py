"""Reasons in words: each ``Why`` of the core as a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from callcenter.domain.contact import Why
from callcenter.web.i18n import N_
from callcenter.web.wording.why_routing import ASKED, ROUTER
from callcenter.web.wording.words import Words, short_time

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


def _closed(words: Words, d: Detail) -> str:
    return words.gettext("%(queue)s was closed by hand", queue=words.queue(d["from"]))


def _unstaffed(words: Words, d: Detail) -> str:
    return words.gettext("nobody is signed in for %(queue)s", queue=words.queue(d["from"]))


def _understaffed(words: Words, d: Detail) -> str:
    return words.gettext("too few are signed in for %(queue)s", queue=words.queue(d["from"]))


def _expected(words: Words, d: Detail) -> str:
    return words.gettext("the wait in %(queue)s would have been too long", queue=words.queue(d["from"]))


def _callback(words: Words, d: Detail) -> str:
    if d["attempt"] > 1:
        return words.gettext("wants to be called back; attempt %(number)d", number=d["attempt"])
    return words.gettext("wants to be called back")


_NOT_REACHED = {
    "busy": N_("the line was busy"),
    "no_answer": N_("nobody answered"),
    "rejected": N_("the call was refused"),
    "failed": N_("the call could not be made"),
    "cancelled": N_("the agent stopped the dialling"),
}


def _campaign(words: Words, d: Detail) -> str:
    name = words.name(d["names"]) or d["campaign"]
    return words.gettext("campaign %(name)s, attempt %(number)d", name=name, number=d["attempt"])


def _callback_retry(words: Words, d: Detail) -> str:
    text = _NOT_REACHED[d["outcome"]]
    return words.gettext(text)


def _article_fits(words: Words, d: Detail) -> str:
    percent = f"{d['score'] * 100:.0f}"
    return words.gettext("nothing else fitted; like “%(asked)s”, %(percent)s of 100", asked=d["asked"], percent=percent)


def _understood(words: Words, d: Detail) -> str:
    return words.gettext("understood as “%(intent)s”", intent=words.intent(d["flow"], d["intent"]))


_TELLERS: dict[str, Callable[[Words, Detail], str]] = {
    "agent_lost": _agent_lost,
    "case": _case,
    "menu_choice": _menu,
    "understood": _understood,
    "article_fits": _article_fits,
    "survey_low": _survey_low,
    "service_failed": _service_failed,
    "transferred": _transferred,
    "consult": _consult,
    "overflow_waited": _overflow,
    "overflow_unstaffed": _unstaffed,
    "overflow_understaffed": _understaffed,
    "overflow_expected": _expected,
    "callback": _callback,
    "callback_retry": _callback_retry,
    "campaign": _campaign,
    "queue_closed": _closed,
    **ROUTER,
}
_PLAIN = ASKED | {
    "flow_transfer": N_("the flow sent the customer here"),
    "transfer_failed": N_("the transfer did not come about"),
    "flow_failed": N_("the flow could not go on"),
    "otherwise": N_("no other case fitted"),
    "menu_no_choice": N_("nothing on the menu was chosen"),
    "gather_failed": N_("the keys did not come or did not fit"),
    "no_voice_in_chat": N_("a voice message cannot be left in a chat"),
    "secret_not_in_chat": N_("a PIN is not asked for in a chat"),
    "voicemail_empty": N_("no message was left"),
    "callback_declined": N_("declined a callback"),
    "callback_no_answer": N_("did not say whether to call back"),
    "callback_booked": N_("wants to be called back"),
    "callback_known": N_("is to be called back already"),
    "callback_window": N_("the customer asked for these hours"),
    "callback_hours": N_("nobody may be called before"),
    "callback_key": N_("the customer pressed the callback key"),
    "survey_no_answer": N_("did not answer the survey"),
    "hours_open": N_("within opening hours"),
    "hours_closed": N_("outside opening hours"),
    "hours_holiday": N_("a public holiday"),
    "hours_unknown": N_("the calendar does not know this year"),
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
    "no_text_on_telephone": N_("nobody can write on a telephone, and speech is not heard"),
    "caller_silent": N_("the caller said nothing"),
    "not_understood": N_("the assistant did not understand"),
    "no_use": N_("that did not answer the question"),
    "no_number": N_("no number that can be called back"),
    "agent_removed": N_("the agent is no longer configured"),
}
