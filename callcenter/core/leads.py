"""A campaign's lead is reached: one contact for each attempt, from the moment it is taken from the list to its result.

With an agent first, the lead waits in the campaign's queue as a virtual caller and is dialled when an agent is on the
line. Else it is dialled at once, and whoever answers is spoken to by a flow, or has an agent within the campaign's
``connect_ms``; where none comes they are told so, and count as abandoned.

Legal guard: a lead is dialled only by :func:`called`, which follows from ``LeadCalled``; the dialler sends that only
after every rule of the campaign's packs allowed this call at this moment. Nothing here dials a lead a second time:
a further attempt is a further ``LeadCalled``, judged anew.
"""

from __future__ import annotations

from callcenter.core import calls, dialling_out, ending, flows, lead_errand, prompts, queueing
from callcenter.core.state import Contact, LeadCall, Outbound
from callcenter.core.turn import Turn
from callcenter.domain.campaigns import CampaignMode, NextStep, Outcome, RunningCampaign
from callcenter.domain.contact import Channel, Direction, EndReason, Place, Why
from callcenter.domain.effects import ContactOpened, LeadNotCalled, LeadSettled, LeadTaken
from callcenter.domain.events import CampaignsChanged, LeadCalled, LeadWithdrawn
from callcenter.domain.leads import LeadState
from dialer.campaign.retry import next_step

_WAITS = (Place.WAITING, Place.OFFERED)
_WITHDRAWN = {"opted_out": NextStep(LeadState.OPTED_OUT), "recalled": NextStep(LeadState.RECALLED)}
_TRIES = (Place.SCHEDULED, *_WAITS, Place.DIALLING)


def of(c: Contact) -> LeadCall:
    """What is known of the lead; the contact must be for one."""
    assert c.lead is not None
    return c.lead


def campaign_of(t: Turn, c: Contact) -> RunningCampaign | None:
    """The contact's campaign, while it runs or pauses."""
    return t.state.campaigns.get(of(c).campaign)


# --- beginning


def called(t: Turn, e: LeadCalled) -> None:
    """Reach a lead now, unless that cannot be; a double order does nothing."""
    if e.contact in t.state.contacts or e.contact in t.state.ended:
        return
    campaign = t.state.campaigns.get(e.campaign)
    reason = _hindrance(t, e, campaign)
    if campaign is None or reason:
        t.emit(LeadNotCalled(campaign=e.campaign, lead=e.lead, reason=reason))
        return
    c = _open(t, e, campaign)
    if campaign.mode.agent_first:
        t.start_timer(f"patience:{c.id}", t.now + campaign.patience_ms)
        queueing.join(t, c, campaign.queue, _why(c, campaign))
    else:
        dialling_out.begin_without_agent(t, c)


def _hindrance(t: Turn, e: LeadCalled, campaign: RunningCampaign | None) -> str:
    if campaign is None or not campaign.dials:
        return "campaign_stopped"
    if e.lead in t.state.leads:
        return "in_attempt"
    if not t.state.telephony_up:
        return "telephony_away"
    if campaign.mode is CampaignMode.FLOW:
        return "" if campaign.flow in t.interpreter.flows else "flow_gone"
    if campaign.queue not in t.state.config.queues:
        return "queue_gone"
    return "queue_closed" if campaign.queue in t.state.closures else ""


def _open(t: Turn, e: LeadCalled, campaign: RunningCampaign) -> Contact:
    variables = {"language": "zh", **e.variables, "caller": e.number, "name": e.name, "campaign": e.campaign}
    if e.agent:
        variables["preferred_agent"] = e.agent
    c = Contact(
        id=e.contact,
        channel=Channel.VOICE,
        direction=Direction.OUTBOUND,
        caller=e.number,
        dialled=campaign.caller_number,
        line="",
        arrived_ms=t.now,
        customer_leg="",
        place=Place.SCHEDULED,
        variables=variables,
        outbound=Outbound(number=e.number),
        lead=LeadCall(
            campaign=e.campaign,
            lead=e.lead,
            tried=dict(e.tried),
            began_ms=t.now,
            names=campaign.names,
            script=campaign.script,
        ),
    )
    t.state.contacts[c.id] = c
    t.state.leads[e.lead] = c.id
    t.emit(
        ContactOpened(
            contact=c.id,
            channel=c.channel,
            direction=c.direction,
            caller=c.caller,
            dialled=c.dialled,
            line="",
            flow=campaign.flow if campaign.mode is CampaignMode.FLOW else "",
        ),
        LeadTaken(
            contact=c.id,
            campaign=e.campaign,
            lead=e.lead,
            number=e.number,
            attempt=of(c).attempt,
            names=campaign.names,
            verdict=e.verdict,
        ),
    )
    return c


def _why(c: Contact, campaign: RunningCampaign) -> Why:
    detail = {"campaign": campaign.id, "names": campaign.names, "attempt": of(c).attempt}
    return Why(code="campaign", detail=detail)


# --- the attempt


def answered(t: Turn, c: Contact) -> None:
    """The person is on the line: with the agent who waited for them, else with a flow or in the queue."""
    lead, campaign = of(c), campaign_of(t, c)
    lead.outcome, lead.agent = Outcome.ANSWERED, c.agent
    t.cancel_timer(f"patience:{c.id}")
    if c.agent:
        return
    lead.outcome = Outcome.HUNG_UP  # until somebody speaks with them
    if campaign is None:
        _sorry(t, c)
    elif campaign.mode is CampaignMode.FLOW:
        lead.outcome = Outcome.ANSWERED
        t.move(c, Place.FLOW)
        calls.begin(t, c, f"flow:{campaign.flow}")
    else:
        t.start_timer(f"connect:{c.id}", t.now + campaign.connect_ms)
        queueing.join(t, c, campaign.queue, _why(c, campaign), front=True)


def leaves_message(t: Turn, c: Contact) -> bool:
    """A machine answered; whether the campaign leaves it a message. Else it is as a person, and a flow may ask."""
    campaign = campaign_of(t, c)
    c.variables["machine"] = "yes"
    return campaign is None or campaign.machines == "message"


def leave_message(t: Turn, c: Contact) -> None:
    """Nobody who was taken for a machine is dropped without a word: whoever it is hears who called."""
    campaign = campaign_of(t, c)
    of(c).outcome = Outcome.MACHINE
    t.cancel_timer(f"patience:{c.id}")
    words = prompts.announce(c, campaign.machine_message) if campaign is not None else None
    flows.last_words(t, c, (words or t.say(c, "machine", name=_caller(t, c)),), EndReason.NOT_REACHED)


def not_connected(t: Turn, contact: str) -> None:
    """No agent came in time: tell the person who calls and that nobody is free, and let them go."""
    c = t.contact(contact)
    if c is None or c.lead is None or c.place not in _WAITS:
        return
    queueing.leave(t, c, "abandoned")
    _sorry(t, c)


def _sorry(t: Turn, c: Contact) -> None:
    of(c).outcome = Outcome.ABANDONED
    t.move(c, Place.FLOW)
    flows.last_words(t, c, (t.say(c, "no_agent", name=_caller(t, c)),), EndReason.NO_AGENT)


def _caller(t: Turn, c: Contact) -> str:
    """Who calls, as it is said to the person."""
    campaign = campaign_of(t, c)
    names = campaign.on_behalf_of if campaign is not None else {}
    return names.get(c.language) or next(iter(names.values()), "")


def not_reached(t: Turn, c: Contact, outcome: str) -> None:
    """The dialling came to nothing."""
    of(c).outcome = outcome
    ending.end(t, c, EndReason.NOT_REACHED)


def give_back(t: Turn, c: Contact) -> None:
    """The lead goes back to the list as it came: it was not dialled."""
    of(c).outcome = Outcome.NO_AGENT
    ending.end(t, c, EndReason.NOT_REACHED)


def patience_over(t: Turn, contact: str) -> None:
    """No agent got free for a lead that waits for one. Whoever is being rung for it may still take it."""
    c = t.contact(contact)
    if c is None or c.lead is None or not c.virtual:
        return
    if c.place is Place.OFFERED:
        campaign = campaign_of(t, c)
        t.start_timer(f"patience:{contact}", t.now + (campaign.patience_ms if campaign is not None else 1_000))
    else:
        give_back(t, c)


def whose(t: Turn, c: Contact) -> tuple[str, int]:
    """The agent a lead belongs to, if it is one's, and how long it waits for them: until it goes back to the list."""
    campaign = campaign_of(t, c)
    return str(c.variables.get("preferred_agent", "")), campaign.patience_ms if campaign is not None else 0


def picks_up_itself(t: Turn, c: Contact) -> bool:
    """Whether the agent's telephone answers by itself: they are not asked, except in a preview."""
    campaign = campaign_of(t, c)
    return campaign is not None and campaign.mode is not CampaignMode.PREVIEW


# --- stopping


def changed(t: Turn, e: CampaignsChanged) -> None:
    """Other campaigns run now. What only waits for an agent goes back; what rings or talks is let through."""
    t.state.campaigns = dict(e.campaigns)
    for contact in list(t.state.leads.values()):
        c = t.contact(contact)
        if c is not None and c.virtual and not lead_errand.may_dial(t, c):
            give_back(t, c)


def withdrawn(t: Turn, e: LeadWithdrawn) -> None:
    """The person must not be reached any more: what is being tried ends at once."""
    c = t.contact(t.state.leads.get(e.lead, ""))
    if c is None or c.place not in _TRIES or not (c.virtual or c.place is Place.DIALLING):
        return
    if c.place is Place.DIALLING:
        dialling_out.stop(t, c)
    of(c).outcome, of(c).withdrawn = Outcome.STOPPED, e.reason
    ending.end(t, c, EndReason.NOT_REACHED)


# --- the result


def filed(t: Turn, c: Contact, disposition: str, asked_for_ms: int | None) -> None:
    """The agent filed a result: what it means for the lead stands in the campaign."""
    lead, campaign = of(c), campaign_of(t, c)
    meaning = campaign.results.get(disposition, "") if campaign is not None else ""
    lead.disposition, lead.asked_for_ms = disposition, asked_for_ms
    if asked_for_ms is not None and meaning not in (Outcome.OPTED_OUT, Outcome.WRONG_NUMBER):
        meaning = Outcome.CALL_AGAIN
    lead.outcome = meaning or Outcome.ANSWERED


def over(t: Turn, c: Contact) -> None:
    """The contact ended, or its wrap-up did: once nothing is open the lead is settled, with the last that was filed."""
    if c.lead is None or c.lead.settled or not c.ended or c.wrapping_up:
        return
    lead = c.lead
    lead.settled = True
    if t.state.leads.get(lead.lead) == c.id:
        del t.state.leads[lead.lead]
    outcome = _outcome(c, lead)
    tried = {**lead.tried, outcome: lead.tried.get(outcome, 0) + 1}
    campaign = t.state.campaigns.get(lead.campaign) or RunningCampaign(id=lead.campaign)
    step = _WITHDRAWN.get(lead.withdrawn) or next_step(campaign, outcome, tried, t.now, lead.asked_for_ms)
    t.emit(
        LeadSettled(
            contact=c.id,
            campaign=lead.campaign,
            lead=lead.lead,
            number=c.caller,
            attempt=lead.attempt,
            outcome=outcome,
            state=step.state,
            due_ms=step.due_ms,
            dialled=c.outbound is not None and c.outbound.dials > 0,
            agent=lead.agent,
            disposition=lead.disposition,
            began_ms=lead.began_ms,
        )
    )
    if step.state is LeadState.OPTED_OUT:
        _leave_alone(t, c.caller)


def _leave_alone(t: Turn, number: str) -> None:
    """The person does not want to be called: other campaigns stop what they try, too."""
    for lead, contact in list(t.state.leads.items()):
        c = t.contact(contact)
        if c is not None and c.caller == number:
            withdrawn(t, LeadWithdrawn(lead=lead, reason="opted_out"))


def _outcome(c: Contact, lead: LeadCall) -> Outcome:
    """What came of it: what was filed, or what the flow noted, or how the dialling ended."""
    outcome = Outcome(lead.outcome or Outcome.LOST)
    if outcome is not Outcome.ANSWERED or lead.disposition:
        return outcome
    if lead.agent:
        return Outcome.NO_RESULT
    noted = str(c.variables.get("outcome", ""))
    return Outcome(noted) if noted in set(Outcome) else outcome


def connected(c: Contact, agent: str) -> None:
    """An agent speaks with the person."""
    if c.lead is not None:
        c.lead.agent, c.lead.outcome = agent, Outcome.ANSWERED
