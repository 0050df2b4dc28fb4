"""The facts of a campaign's lead as sentences."""

from __future__ import annotations

from callcenter.domain import effects as fx
from callcenter.domain.campaigns import Outcome
from callcenter.domain.leads import LeadState
from callcenter.web.i18n import N_
from callcenter.web.wording.line import Line
from callcenter.web.wording.words import Words

OUTCOMES: dict[Outcome, str] = {
    Outcome.ANSWERED: N_("reached"),
    Outcome.BUSY: N_("busy"),
    Outcome.NO_ANSWER: N_("no answer"),
    Outcome.REJECTED: N_("refused the call"),
    Outcome.FAILED: N_("the number can't be reached"),
    Outcome.HUNG_UP: N_("hung up before anybody spoke"),
    Outcome.ABANDONED: N_("answered, but no agent came in time"),
    Outcome.MACHINE: N_("an answering machine"),
    Outcome.WRONG_NUMBER: N_("wrong number"),
    Outcome.PROMISED: N_("promised"),
    Outcome.CALL_AGAIN: N_("wants to be called at another time"),
    Outcome.OPTED_OUT: N_("does not want to be called any more"),
    Outcome.NO_RESULT: N_("reached, no result filed"),
    Outcome.CANCELLED: N_("the agent stopped the dialling"),
    Outcome.STOPPED: N_("we stopped the dialling"),
    Outcome.AGENT_LOST: N_("the connection to the agent was lost"),
    Outcome.LOST: N_("the telephone system was away"),
    Outcome.NO_AGENT: N_("no agent was free; not dialled"),
}
STATES: dict[LeadState, str] = {
    LeadState.READY: N_("ready"),
    LeadState.IN_ATTEMPT: N_("being called"),
    LeadState.WAITING: N_("waiting"),
    LeadState.DONE: N_("done"),
    LeadState.REFUSED: N_("refused by a rule"),
    LeadState.OPTED_OUT: N_("opted out"),
    LeadState.RECALLED: N_("recalled"),
    LeadState.SUSPENDED: N_("to be decided by a person"),
}
REASONS: dict[str, str] = {
    "retry": N_("for another attempt"),
    "promised": N_("for a promised call"),
    "call_again": N_("for the time the person asked for"),
    "outside_hours": N_("outside hours"),
    "daily_limit": N_("the day's limit is reached"),
    "never_open": N_("the campaign has no hours left"),
    "place_unknown": N_("it is not known where the person is"),
    "not_now": N_("in a moment"),
    "no_agent": N_("no agent was free; not dialled"),
    "opted_out": N_("does not want to be called"),
}
"""Reasons of ours; another one is a rule's id."""


def reason(words: Words, code: str) -> str:
    """Why a lead stands where it stands; a rule is named."""
    known = REASONS.get(code)
    return words.gettext(known) if known else code


def state(words: Words, at: LeadState, code: str = "") -> str:
    """Where a lead stands, and why."""
    text = words.gettext(STATES[at])
    return words.pair(text, reason(words, code)) if code and code != at else text


def outcome(words: Words, code: str) -> str:
    """How an attempt ended; one of a later version is named."""
    try:
        return words.gettext(OUTCOMES[Outcome(code)])
    except (ValueError, KeyError):
        return code


def lead_line(words: Words, fact: fx.LeadTaken | fx.LeadSettled) -> Line:
    """The sentence for a fact about a lead."""
    _ = words.gettext
    if isinstance(fact, fx.LeadTaken):
        name = words.name(fact.names) or fact.campaign
        return Line("flow", _("Campaign %(name)s", name=name), _("attempt %(number)d", number=fact.attempt))
    if fact.due_ms is not None:
        then = _("to be called again from %(time)s on", time=words.moment(fact.due_ms))
    else:
        then = _(STATES[fact.state]) if fact.state in STATES else fact.state
    outcome = OUTCOMES.get(fact.outcome)
    return Line("end", _("Attempt: %(outcome)s", outcome=_(outcome) if outcome else fact.outcome), then)
