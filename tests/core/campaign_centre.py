"""A centre with campaigns that run: the short ways from a lead to its result."""

from __future__ import annotations

from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.campaigns import CampaignMode, Outcome, RunningCampaign
from callcenter.domain.leads import LeadState
from tests.core.centre import Centre, flows

PERSON = "+8613900000001"
RESULTS = {"resolved": Outcome.PROMISED, "no_more": Outcome.OPTED_OUT}


def a_campaign(mode: CampaignMode, **fields: object) -> RunningCampaign:
    given: dict[str, object] = {
        "id": "loan",
        "names": {"zh": "贷款", "en": "Loans"},
        "on_behalf_of": {"zh": "未来银行", "en": "Future Bank"},
        "mode": mode,
        "queue": "general",
        "flow": "survey",
        "caller_number": "95000",
        "results": {name: str(outcome) for name, outcome in RESULTS.items()},
    }
    return RunningCampaign(**{**given, **fields})  # type: ignore[arg-type]


def a_centre(mode: CampaignMode, **fields: object) -> Centre:
    centre = Centre()
    centre(ev.FlowsPublished(flows=flows()))
    run(centre, a_campaign(mode, **fields))
    return centre


def run(centre: Centre, *campaigns: RunningCampaign) -> None:
    centre(ev.CampaignsChanged(campaigns={one.id: one for one in campaigns}))


def call_lead(centre: Centre, lead: int = 1, number: str = PERSON, **fields: object) -> str:
    """Have a lead called; returns the contact."""
    centre.counter += 1
    contact = f"o{centre.counter}"
    given = {"contact": contact, "campaign": "loan", "lead": lead, "number": number, **fields}
    centre(ev.LeadCalled(**given))  # type: ignore[arg-type]
    return contact


def pick_up(centre: Centre, contact: str) -> tuple[ef.Effect, ...]:
    """The person answers."""
    return centre(ev.LegAnswered(leg=centre.state(contact).customer_leg))


def file(centre: Centre, contact: str, agent: str, disposition: str = "resolved", **fields: object) -> None:
    centre(ev.WrapUpCompleted(agent=agent, contact=contact, disposition=disposition, **fields))  # type: ignore[arg-type]


def settled(centre: Centre) -> list[tuple[Outcome, LeadState]]:
    return [(fact.outcome, fact.state) for fact in centre.facts(ef.LeadSettled)]


def numbers_dialled(centre: Centre) -> list[str]:
    return [fact.endpoint.address for fact in centre.facts(ef.Originate) if fact.endpoint.kind == "number"]
