"""The life of a campaign: request, approval by somebody else, running, the end. One table."""

from __future__ import annotations

from msgspec.structs import replace

from callcenter.domain.campaign_records import Campaign, CampaignAct, CampaignSpec, CampaignState
from callcenter.domain.errors import Rejected

_S, _A = CampaignState, CampaignAct
LIFE: dict[tuple[CampaignState, CampaignAct], CampaignState] = {
    (_S.DRAFT, _A.SUBMIT): _S.SUBMITTED,
    (_S.SUBMITTED, _A.APPROVE): _S.APPROVED,
    (_S.SUBMITTED, _A.REJECT): _S.DRAFT,
    (_S.SUBMITTED, _A.WITHDRAW): _S.DRAFT,
    (_S.APPROVED, _A.WITHDRAW): _S.DRAFT,
    (_S.APPROVED, _A.START): _S.RUNNING,
    (_S.RUNNING, _A.PAUSE): _S.PAUSED,
    (_S.PAUSED, _A.START): _S.RUNNING,
    (_S.APPROVED, _A.FINISH): _S.FINISHED,
    (_S.RUNNING, _A.FINISH): _S.FINISHED,
    (_S.PAUSED, _A.FINISH): _S.FINISHED,
}
"""From where which act leads where; anything else is refused."""
_BY_ANOTHER = frozenset({_A.APPROVE, _A.REJECT})
_LOCKED = frozenset({_S.RUNNING, _S.FINISHED})


def acts(campaign: Campaign, by: str) -> tuple[CampaignAct, ...]:
    """What ``by`` may do to it now, as far as its life and the four eyes are concerned; rights come on top."""
    possible = (act for state, act in LIFE if state is campaign.state)
    return tuple(act for act in possible if act not in _BY_ANOTHER or by != campaign.requested_by)


def done(campaign: Campaign, act: CampaignAct, by: str, note: str = "") -> Campaign:
    """The campaign after the act.

    Rejected: ``campaign_state`` where its life has no such step, ``own_campaign`` when its maker would approve it.
    """
    to = LIFE.get((campaign.state, act))
    if to is None:
        raise Rejected("campaign_state", f"{act} in {campaign.state}")
    if act in _BY_ANOTHER and by == campaign.requested_by:
        raise Rejected("own_campaign")
    approved = {_A.APPROVE: by, _A.WITHDRAW: "", _A.REJECT: ""}.get(act, campaign.approved_by)
    requested = by if act is _A.SUBMIT else campaign.requested_by
    return replace(campaign, state=to, note=note, approved_by=approved, requested_by=requested)


def edited(campaign: Campaign, spec: CampaignSpec, by: str) -> Campaign:
    """The campaign with another request: a draft again, for what was approved was another one.

    Rejected: ``campaign_running`` while it dials or after its end.
    """
    if campaign.state in _LOCKED:
        raise Rejected("campaign_running")
    return replace(campaign, spec=spec, state=_S.DRAFT, requested_by=by, approved_by="", note="")
