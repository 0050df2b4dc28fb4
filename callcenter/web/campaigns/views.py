"""What campaigns' pages show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from callcenter.domain.access import Right
from callcenter.domain.campaign_records import Campaign, CampaignAct, CampaignSpec, CampaignState, Funnel
from callcenter.domain.campaigns import CampaignMode, Outcome
from callcenter.domain.leads import LeadState
from callcenter.reports.campaigns import picked_up, talked
from callcenter.web.campaigns.forms import RETRIED, form_of, spans
from callcenter.web.campaigns.pacing import pacing_values, percent
from callcenter.web.campaigns.words import (
    ACTS,
    CLASSES,
    MACHINES,
    MARKS,
    MODES,
    PACING,
    PACKS,
    PURPOSES,
    RESULTS,
    STATES,
    STOPPED,
    TONES,
    fault_sentence,
)
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer
from callcenter.web.wording import leads as lead_words
from callcenter.web.wording.words import Words
from dialer.campaign import life
from dialer.campaign.breaker import failing_of
from dialer.campaign.limits import spent, stopped_by
from dialer.lists.standing import Standing, standing
from dialer.pacing.words import PacingReason

_NOT_ASKED = frozenset({LeadState.DONE, LeadState.IN_ATTEMPT})
"""Of whom nobody asks why they are not dialled."""


async def list_values(services: WebServices, words: Words) -> dict[str, Any]:
    """All campaigns, the last changed first, each with how far it is."""
    rows = []
    for one in await services.campaigns.listed():
        funnel = await services.campaigns.funnel(one.id)
        leads = sum(count.leads for count in await services.leads.counts(one.id))
        rows.append(
            {
                "campaign": one,
                "name": words.name(one.spec.names, one.id),
                "state": words.gettext(STATES[one.state]),
                "tone": TONES[one.state],
                "mode": words.gettext(MODES[one.spec.mode][0]) if one.spec.mode in MODES else one.spec.mode,
                "leads": leads,
                "dialled": funnel.dialled,
                "talked": talked(funnel.outcomes),
            }
        )
    return {"rows": rows}


def form_values(services: WebServices, words: Words, spec: CampaignSpec, *, told: bool) -> dict[str, Any]:
    """The form of a request; ``told``: with a sentence at each field that has a fault."""
    faults = services.campaigns.faults(spec) if told else []
    config = services.desk.config()
    _ = words.gettext
    return {
        "spec": spec,
        "shown": form_of(spec),
        "errors": {fault.field: fault_sentence(words, fault) for fault in reversed(faults)},
        "modes": [(mode.value, _(name), _(about)) for mode, (name, about) in MODES.items()],
        "purposes": [(code, _(text)) for code, text in PURPOSES.items()],
        "queues": [(name, words.queue(name)) for name, queue in config.queues.items() if queue.channel == "voice"],
        "flows": [(name, words.flow(name)) for name in sorted(services.desk.labels()) if ":" not in name],
        "numbers": [(number, number) for number in services.campaigns.numbers()],
        "classes": [(code, _(text)) for code, text in CLASSES.items()],
        "machines": [(code, _(text)) for code, text in MACHINES.items()],
        "marks": [(code, _(text)) for code, text in MARKS.items()],
        "packs": [(code, _(text)) for code, text in PACKS],
        "meanings": [(code, _(text)) for code, text in RESULTS.items()],
        "dispositions": [(one.id, words.name(one.names, one.id)) for one in config.dispositions],
        "retried": [(outcome, _(lead_words.OUTCOMES[Outcome(outcome)])) for outcome in RETRIED],
    }


async def page_values(services: WebServices, words: Words, campaign: Campaign, viewer: Viewer) -> dict[str, Any]:
    """One campaign, but for what :func:`live_values` tells."""
    spec, _ = campaign.spec, words.gettext
    return {
        "campaign": campaign,
        "name": words.name(spec.names, campaign.id),
        "acts": [(act.value, _(ACTS[act])) for act in _acts(campaign, viewer)],
        "editable": viewer.may(Right.RUN_CAMPAIGNS) and campaign.state not in _FIXED,
        "own": campaign.state is CampaignState.SUBMITTED and campaign.requested_by == viewer.user.name,
        "faults": [fault_sentence(words, fault) for fault in services.campaigns.faults(spec)],
        "leads": sum(count.leads for count in await services.leads.counts(campaign.id)),
        "failing": _failing(words, campaign.note),
        "facts": _facts(words, spec),
    }


async def live_values(services: WebServices, words: Words, campaign: Campaign) -> dict[str, Any]:
    """What changes while it runs."""
    funnel = await services.campaigns.funnel(campaign.id)
    due = await services.leads.waiting_due(campaign.id, services.clock.now_ms())
    stands = standing(await services.leads.counts(campaign.id), due)
    return {
        "state": words.gettext(STATES[campaign.state]),
        "tone": TONES[campaign.state],
        "funnel": _funnel(words, stands, funnel),
        "outcomes": _outcomes(words, funnel.outcomes),
        "limits": _limits(words, campaign.spec, funnel),
        "stopped": _stopped(words, campaign.spec, funnel),
        "why": why_not(words, stands),
        "said": _pacing(services, words, campaign.id),
        "pacing": pacing_values(words, campaign.spec, await services.campaigns.today(campaign.id)),
        "failing": _failing(words, campaign.note),
    }


_FIXED = frozenset({CampaignState.RUNNING, CampaignState.FINISHED})


def _acts(campaign: Campaign, viewer: Viewer) -> list[CampaignAct]:
    def may(act: CampaignAct) -> bool:
        by_another = act in (CampaignAct.APPROVE, CampaignAct.REJECT)
        return viewer.may(Right.APPROVE_CAMPAIGNS if by_another else Right.RUN_CAMPAIGNS)

    return [act for act in life.acts(campaign, viewer.user.name) if may(act)]


def _funnel(words: Words, stands: Standing, funnel: Funnel) -> list[FunnelStep]:
    """From those that can be called to those spoken with: what each step was left of, and how many of it today."""
    _, today = words.gettext, funnel.today
    return [
        FunnelStep(_("can be called now"), stands.dialable, None, None),
        FunnelStep(_("calls dialled"), funnel.dialled, funnel.dialled_today, None),
        FunnelStep(_("answered"), picked_up(funnel.outcomes), picked_up(today), funnel.dialled),
        FunnelStep(_("spoken with"), talked(funnel.outcomes), talked(today), picked_up(funnel.outcomes)),
        FunnelStep(
            *(_("promised"), funnel.outcomes.get(Outcome.PROMISED, 0)),
            *(today.get(Outcome.PROMISED, 0), talked(funnel.outcomes)),
        ),
    ]


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """A step: its count in all and today, and the count of the step it is left of."""

    text: str
    count: int
    today: int | None
    of: int | None

    @property
    def share(self) -> str:
        """Its share of the step before; empty where there is none."""
        return percent(self.count / self.of) if self.of else ""


def _outcomes(words: Words, outcomes: dict[str, int]) -> list[tuple[str, int]]:
    known = [(outcome, count) for outcome, count in outcomes.items() if outcome in set(Outcome)]
    found = [(words.gettext(lead_words.OUTCOMES[Outcome(outcome)]), count) for outcome, count in known]
    return sorted(found, key=lambda one: -one[1])


def _limits(words: Words, spec: CampaignSpec, funnel: Funnel) -> list[tuple[str, str]]:
    """How much of each limit is used up."""
    _, rows = words.gettext, []
    if spec.daily_limit:
        rows.append((_("calls today"), f"{funnel.dialled_today} / {spec.daily_limit}"))
    if spec.total_limit:
        rows.append((_("calls in all"), f"{funnel.dialled} / {spec.total_limit}"))
    if spec.budget:
        rows.append((_("budget"), f"{spent(spec, funnel):.2f} / {spec.budget:.2f}"))
    return rows


def _stopped(words: Words, spec: CampaignSpec, funnel: Funnel) -> str:
    limit = stopped_by(spec, funnel)
    return words.gettext(STOPPED[limit]) if limit else ""


def why_not(words: Words, stands: Standing) -> list[tuple[str, int]]:
    """Why the others are not dialled now, the most frequent reason first."""
    others = (one for one in stands.others if one.state not in _NOT_ASKED)
    return [(lead_words.state(words, one.state, one.reason), one.leads) for one in others]


def _pacing(services: WebServices, words: Words, campaign: str) -> str:
    """What pacing says of a predictive campaign just now; empty where it has nothing to say."""
    said = services.campaigns.pacing(campaign)
    if said is None:
        return ""
    mode = words.gettext(MODES[CampaignMode(said.mode)][0])
    return words.pair(mode, words.gettext(PACING[PacingReason(said.reason)]))


def _failing(words: Words, note: str) -> str:
    """Why it paused by itself; empty when it did not."""
    failing = failing_of(note)
    if failing is None:
        return ""
    return words.gettext(
        "It paused by itself: %(failed)s of the last %(count)s calls failed or were refused by the carrier. "
        "Look at the line, then start it again.",
        failed=failing.failed,
        count=failing.looked_at,
    )


def _budget(words: Words, spec: CampaignSpec) -> str:
    if not spec.budget:
        return ""
    budget, price = f"{spec.budget:g}", f"{spec.price_minute:g}"
    return words.gettext("%(budget)s, %(price)s a line minute", budget=budget, price=price)


def _facts(words: Words, spec: CampaignSpec) -> list[tuple[str, str]]:
    _ = words.gettext
    hours = _(", ").join(
        text
        for text in (
            _("workdays %(hours)s", hours=spans(spec.windows, range(5))) if spans(spec.windows, range(5)) else "",
            _("weekends %(hours)s", hours=spans(spec.windows, range(5, 7))) if spans(spec.windows, range(5, 7)) else "",
        )
        if text
    )
    where = words.flow(spec.flow) if spec.mode is CampaignMode.FLOW else words.queue(spec.queue)
    mode = _(MODES[spec.mode][0]) if spec.mode in MODES else spec.mode
    rows = [
        (_("Goal"), spec.goal),
        (_("Department"), spec.department),
        (_("Purpose"), _(PURPOSES[spec.purpose]) if spec.purpose in PURPOSES else spec.purpose),
        (_("Way of calling"), f"{mode} · {where}"),
        (_("Number shown"), spec.caller_number),
        (_("Hours, where the person is"), hours),
        (_("Days"), " – ".join(filter(None, (spec.first_day, spec.last_day)))),
        (_("Rules of"), _(", ").join(_(text) for code, text in PACKS if code in spec.packs)),
        (_("Attempts for each lead"), str(spec.attempts)),
        (_("Find no agent at most"), f"{spec.cap * 100:g} %" if spec.mode is CampaignMode.PREDICTIVE else ""),
        (_("Answering machines"), _(MACHINES[spec.machines]) if spec.machines else ""),
        (_("Calls a day at most"), str(spec.daily_limit or "")),
        (_("Calls in all at most"), str(spec.total_limit or "")),
        (_("Calls a second at most"), str(spec.calls_per_second or "")),
        (_("Pauses when calls fail"), f"{spec.failure_share * 100:g} %" if spec.failure_share else ""),
        (_("Budget"), _budget(words, spec)),
    ]
    return [(label, text) for label, text in rows if text]
