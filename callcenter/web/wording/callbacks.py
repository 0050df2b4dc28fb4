"""The facts of callbacks, and of dialling out for an agent, as sentences."""

from __future__ import annotations

from callcenter.domain import effects as fx
from callcenter.web.i18n import N_
from callcenter.web.wording.line import Line
from callcenter.web.wording.why import why_sentence
from callcenter.web.wording.words import Words

_OUTCOMES = {
    "answered": N_("The customer answered"),
    "busy": N_("The customer's line is busy"),
    "no_answer": N_("The customer does not answer"),
    "rejected": N_("The customer refused the call"),
    "failed": N_("The call to the customer could not be made"),
    "cancelled": N_("%(agent)s stopped the dialling"),
    "agent_lost": N_("The dialling was stopped: the connection to %(agent)s was lost"),
    "lost": N_("The dialling broke off: the telephone system was lost"),
    "stopped": N_("The dialling was stopped"),
}
_FAILED = {
    "attempts": N_("all attempts are used up"),
    "expired": N_("nobody could take it in time"),
    "window_missed": N_("the customer was not reached in the hours asked for"),
    "never_open": N_("there is no time at which calls may be made"),
    "queue_gone": N_("the queue is no longer there"),
}


def attempt_outcome(words: Words, outcome: str, agent: str) -> str:
    """What came of an attempt."""
    text = _OUTCOMES.get(outcome)
    if text is None:
        return words.gettext("The dialling ended (%(outcome)s)", outcome=outcome.replace("_", " "))
    return words.gettext(text, agent=words.agent(agent))


def window_text(words: Words, not_before_ms: int | None, until_ms: int | None) -> str:
    """The hours asked for, ``03-10 15:00 – 16:00``; empty where none were."""
    if not_before_ms is None and until_ms is None:
        return ""
    end = words.clock(until_ms)[:5] if words.day(until_ms) == words.day(not_before_ms) else words.moment(until_ms)
    return f"{words.moment(not_before_ms)} – {end}"


def callback_line(words: Words, fact: fx.Effect) -> Line | None:
    """The sentence for a fact about a callback."""
    _ = words.gettext
    match fact:
        case fx.CallbackBooked(queue=queue, number=number, known=known, not_before_ms=start, until_ms=end):
            parts = [words.queue(queue), window_text(words, start, end)]
            parts += [_("booked already: the earlier place is kept")] if known else []
            asked = _("Asked to be called back at %(number)s", number=words.number(number))
            return Line("note", asked, _(", ").join(filter(None, parts)))
        case fx.CallbackUpdated(not_before_ms=start, until_ms=end):
            return Line("note", _("The customer asked again; the place is kept"), window_text(words, start, end))
        case fx.CallbackScheduled(at_ms=None, why=why):
            return Line("wait", _("To be called back once the queue is open again"), why_sentence(words, why))
        case fx.CallbackScheduled(at_ms=at, why=why):
            return Line(
                "wait", _("To be called back from %(time)s on", time=words.moment(at)), why_sentence(words, why)
            )
        case fx.CallbackSuperseded():
            return Line("end", _("The customer rang again: that call has the place now"))
        case fx.PlaceTakenOver():
            return Line("wait", _("Takes over the place of an open callback to this number"))
        case fx.CallbackFailed(reason=reason, attempts=attempts):
            tried = words.ngettext("%(count)d attempt", "%(count)d attempts", attempts)
            text = _FAILED.get(reason)
            because = words.gettext(text) if text else reason.replace("_", " ")
            return Line("trouble", _("Not reached, given up after %(tried)s", tried=tried), because)
        case fx.CallbackWithdrawn(by=by, note=note):
            return Line("end", _("%(who)s took the callback off the list", who=by), note)
        case fx.AttemptStarted(agent=""):
            return Line("offer", _("The customer is being dialled"))
        case fx.AttemptStarted(agent=agent, attempt=attempt):
            text = _("%(agent)s is on the line; the customer is being dialled", agent=words.agent(agent))
            return Line("offer", text, _("attempt %(number)d", number=attempt))
        case fx.AttemptEnded(agent=agent, outcome=outcome):
            return Line("talk" if outcome == "answered" else "offer", attempt_outcome(words, outcome, agent))
    return None
