"""What the pages of reviews call things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callcenter.domain.reviews import ReviewAct, ReviewState
from callcenter.domain.risk_cases import RiskAct, RiskState
from callcenter.domain.sampling import Method, Period
from callcenter.web.i18n import N_
from callcenter.web.wording.words import Words

STATES: dict[ReviewState, str] = {
    ReviewState.ASSIGNED: N_("to be reviewed"),
    ReviewState.SECOND: N_("waits for a second reviewer"),
    ReviewState.REVIEWED: N_("reviewed"),
    ReviewState.APPEALED: N_("appealed"),
    ReviewState.UPHELD: N_("result upheld"),
    ReviewState.CHANGED: N_("result changed"),
    ReviewState.ACKNOWLEDGED: N_("acknowledged"),
    ReviewState.WITHDRAWN: N_("review withdrawn"),
}
TONES: dict[ReviewState, str] = {
    ReviewState.ASSIGNED: "",
    ReviewState.SECOND: "warn",
    ReviewState.REVIEWED: "info",
    ReviewState.APPEALED: "warn",
    ReviewState.UPHELD: "info",
    ReviewState.CHANGED: "info",
    ReviewState.ACKNOWLEDGED: "good",
    ReviewState.WITHDRAWN: "",
}
ROUNDS = {"first": N_("First review"), "second": N_("Second review"), "appeal": N_("After the appeal")}
ACTS: dict[ReviewAct, str] = {
    ReviewAct.SUBMIT: N_("Submit the result"),
    ReviewAct.SUBMIT_FOR_SECOND: N_("Submit, with a second review"),
    ReviewAct.SECOND_REVIEW: N_("Submit the second review"),
    ReviewAct.CHANGE: N_("Change the result"),
    ReviewAct.UPHOLD: N_("Uphold the result"),
}
METHODS: dict[Method, str] = {
    Method.RANDOM: N_("purely random"),
    Method.STRATIFIED: N_("stratified"),
    Method.RISK: N_("by risk"),
    Method.NEW_AGENT: N_("new agents"),
    Method.CAMPAIGN: N_("by campaign"),
    Method.LOW_SURVEY: N_("low ratings"),
}
PERIODS: dict[Period, str] = {Period.DAY: N_("each day"), Period.WEEK: N_("each week"), Period.MONTH: N_("each month")}
STRATA: dict[str, str] = {
    "queue": N_("Queue"),
    "team": N_("Team"),
    "channel": N_("Channel"),
    "campaign": N_("Campaign"),
}
RISK_STATES: dict[RiskState, str] = {
    RiskState.LOCKED: N_("locked, nobody works on it"),
    RiskState.ASSIGNED: N_("locked, being followed up"),
    RiskState.CLOSED: N_("closed"),
}
RISK_ACTS: dict[RiskAct, str] = {
    RiskAct.ASSIGN: N_("Assign"),
    RiskAct.FOLLOW_UP: N_("Note what was done"),
    RiskAct.EXTEND: N_("Give it more time"),
    RiskAct.CLOSE: N_("Close and unlock"),
    RiskAct.REOPEN: N_("Open and lock again"),
}


def title_of(words: Words, title: str | Mapping[Any, str]) -> str:
    """A title of the form in the reader's language."""
    return title if isinstance(title, str) else words.name(dict(title))
