"""The words of campaigns' pages: states, acts, purposes, ways of calling, and what is wrong with a request."""

from __future__ import annotations

from callcenter.domain.campaign_records import CampaignAct, CampaignState, Fault
from callcenter.domain.campaigns import CampaignMode
from callcenter.web.i18n import N_
from callcenter.web.wording.words import Words
from dialer.pacing.words import PacingReason

STATES: dict[CampaignState, str] = {
    CampaignState.DRAFT: N_("Draft"),
    CampaignState.SUBMITTED: N_("Waits for approval"),
    CampaignState.APPROVED: N_("Approved"),
    CampaignState.RUNNING: N_("Running"),
    CampaignState.PAUSED: N_("Paused"),
    CampaignState.FINISHED: N_("Ended"),
}
TONES: dict[CampaignState, str] = {
    CampaignState.DRAFT: "",
    CampaignState.SUBMITTED: "warn",
    CampaignState.APPROVED: "info",
    CampaignState.RUNNING: "good",
    CampaignState.PAUSED: "warn",
    CampaignState.FINISHED: "",
}
ACTS: dict[CampaignAct, str] = {
    CampaignAct.SUBMIT: N_("Submit for approval"),
    CampaignAct.APPROVE: N_("Approve"),
    CampaignAct.REJECT: N_("Send back"),
    CampaignAct.WITHDRAW: N_("Take back"),
    CampaignAct.START: N_("Start"),
    CampaignAct.PAUSE: N_("Pause"),
    CampaignAct.FINISH: N_("End for good"),
}
MODES: dict[CampaignMode, tuple[str, str]] = {
    CampaignMode.PREVIEW: (N_("Preview"), N_("An agent sees the lead and decides when it is dialled.")),
    CampaignMode.PROGRESSIVE: (N_("Progressive"), N_("As soon as an agent is free the next lead is dialled for them.")),
    CampaignMode.PREDICTIVE: (
        N_("Predictive"),
        N_("More are dialled than agents are free, as far as the share of those who find no agent allows."),
    ),
    CampaignMode.FLOW: (N_("Flow"), N_("A flow speaks with whoever answers; agents are not needed.")),
}
PURPOSES: dict[str, str] = {
    "marketing": N_("Marketing"),
    "service": N_("Service"),
    "survey": N_("Survey"),
    "complaint": N_("Complaint"),
    "verification": N_("Verification"),
    "collections": N_("Collections"),
}
CLASSES: dict[str, str] = {
    "95": N_("95 number"),
    "96": N_("96 number"),
    "400": N_("400 number"),
    "fixed_own": N_("own landline"),
}
MARKS: dict[str, str] = {
    "recording": N_("says that the call is recorded"),
    "ai_label": N_("says that the voice is artificial"),
}
MACHINES: dict[str, str] = {
    "": N_("are not looked for"),
    "message": N_("are left a message"),
    "connect": N_("are treated as people"),
}
RESULTS: dict[str, str] = {
    "promised": N_("promised"),
    "call_again": N_("wants to be called at another time"),
    "wrong_number": N_("wrong number"),
    "opted_out": N_("does not want to be called any more"),
}
"""What a disposition may mean, besides that the person was reached."""
PACKS = (("cn", N_("China")), ("us", N_("United States")), ("uk", N_("United Kingdom")), ("eu", N_("European Union")))
PACING: dict[PacingReason, str] = {
    PacingReason.NO_AGENT: N_("no agent is free"),
    PacingReason.IDLE_SERVED: N_("each free agent has a line"),
    PacingReason.AT_RISK: N_("one more call would find no agent with more than the allowed chance"),
    PacingReason.LEARNING: N_("too little is known yet of answers and talks: one line for each free agent"),
    PacingReason.BUDGET_SPENT: N_("today has no call to spare that finds no agent: one line for each free agent"),
    PacingReason.TRUNK_FULL: N_("all lines are taken"),
    PacingReason.TOO_FAST: N_("the carrier takes no more calls in this second"),
    PacingReason.NO_LEADS: N_("nothing is left to dial"),
}
"""Why pacing dials so many and no more."""
STOPPED: dict[str, str] = {
    "daily_limit": N_("Nothing is dialled: today’s limit of calls is reached. It goes on tomorrow."),
    "total_limit": N_("Nothing is dialled: the limit of calls is reached. End the campaign, or change its request."),
    "budget": N_("Nothing is dialled: the budget is spent. End the campaign, or change its request."),
}
"""Which limit stops it, and what to do."""
_FAULTS: dict[str, str] = {
    "missing": N_("This is needed."),
    "unknown": N_("There is no “%(detail)s” any more. Choose another."),
    "not_ours": N_("%(detail)s is no number of this centre. Only own numbers may be shown."),
    "never_open": N_("Without hours it would never call. Give the hours of at least one day."),
    "not_hours": N_("“%(detail)s” are no hours. Write them as 09:00-12:00, 14:00-20:00."),
    "not_a_day": N_("This is no day. Write it as 2026-12-31."),
    "before_first": N_("The last day lies before the first."),
    "out_of_bounds": N_("This must be within %(detail)s."),
}


def fault_sentence(words: Words, fault: Fault) -> str:
    """What is wrong, and what to do."""
    return words.gettext(_FAULTS[fault.code], detail=fault.detail)
