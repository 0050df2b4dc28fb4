"""A campaign's lead from the list to its result, in each of the ways of calling."""

from __future__ import annotations

import pytest

from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.campaigns import DAY_MS, CampaignMode, Outcome
from callcenter.domain.contact import EndReason, LegEndCause, Place
from callcenter.domain.events import LegEnded
from callcenter.domain.leads import LeadState
from tests.core.campaign_centre import (
    PERSON,
    a_campaign,
    a_centre,
    call_lead,
    file,
    numbers_dialled,
    pick_up,
    run,
    settled,
)
from tests.core.centre import ends

MINUTE = 60_000
AGENT_FIRST = (CampaignMode.PREVIEW, CampaignMode.PROGRESSIVE)


@pytest.mark.parametrize("mode", AGENT_FIRST)
def test_with_an_agent_first_nobody_is_dialled_before_one_is_on_the_line(mode: CampaignMode) -> None:
    centre = a_centre(mode)
    contact = call_lead(centre)
    assert (centre.state(contact).place, numbers_dialled(centre)) == (Place.WAITING, [])
    centre.ready("1001")
    (offer,) = centre.facts(ef.Originate)
    assert offer.auto_answer == (mode is CampaignMode.PROGRESSIVE)
    assert numbers_dialled(centre) == []
    centre.answer(contact)
    assert numbers_dialled(centre) == [PERSON]
    pick_up(centre, contact)
    assert (centre.state(contact).place, centre.state(contact).agent) == (Place.TALKING, "1001")
    centre.hang_up(contact)
    file(centre, contact, "1001")
    assert settled(centre) == [(Outcome.PROMISED, LeadState.DONE)]
    assert centre.center.state.leads == {}


def test_dialled_first_a_person_gets_an_agent_whose_telephone_answers_by_itself() -> None:
    centre = a_centre(CampaignMode.PREDICTIVE)
    centre.ready("1001")
    contact = call_lead(centre)
    assert (numbers_dialled(centre), centre.agent("1001")) == ([PERSON], AgentState.AVAILABLE)
    pick_up(centre, contact)
    assert centre.state(contact).offered_agent == "1001"
    assert centre.facts(ef.Originate)[-1].auto_answer
    centre.answer(contact)
    centre.advance(MINUTE)
    assert centre.state(contact).place is Place.TALKING


def test_whoever_answers_and_finds_no_agent_in_time_is_told_who_called_and_counts_as_abandoned() -> None:
    centre = a_centre(CampaignMode.PREDICTIVE)
    contact = call_lead(centre)
    pick_up(centre, contact)
    centre.advance(1_999)
    assert centre.state(contact).place is Place.WAITING
    centre.advance(1)
    said = centre.facts(ef.Play)[-1]
    assert "未来银行" in said.prompts[0].text
    centre(ev.PlaybackEnded(leg=said.leg, request=said.request, ok=True))
    assert ends(centre) == [EndReason.NO_AGENT]
    assert settled(centre) == [(Outcome.ABANDONED, LeadState.WAITING)]


def test_an_agent_who_is_still_being_rung_when_the_time_is_over_comes_too_late() -> None:
    centre = a_centre(CampaignMode.PREDICTIVE)
    centre.ready("1001")
    contact = call_lead(centre)
    pick_up(centre, contact)
    centre.advance(2_000)
    assert centre.agent("1001") is AgentState.AVAILABLE
    assert centre.state(contact).lead.outcome == Outcome.ABANDONED


@pytest.mark.parametrize("mode", [*AGENT_FIRST, CampaignMode.PREDICTIVE, CampaignMode.FLOW])
@pytest.mark.parametrize("words", ["", "请回电 95000"])
def test_a_machine_is_told_who_called_and_the_agent_is_free_for_others(mode: CampaignMode, words: str) -> None:
    centre = a_centre(mode, machines="message", machine_message={"zh": words})
    contact = call_lead(centre)
    centre.ready("1001")
    if mode.agent_first:
        centre.answer(contact)
    assert [one.detect_machines for one in centre.facts(ef.Originate) if one.endpoint.kind == "number"] == [True]
    leg = centre.state(contact).customer_leg
    centre(ev.LegAnswered(leg=leg, machine=True))
    assert centre.agent("1001") is AgentState.AVAILABLE
    said = centre.facts(ef.Play)[-1]
    assert (said.leg, (words or "未来银行") in said.prompts[0].text) == (leg, True)
    assert not [one for one in centre.facts(ef.HangUp) if one.leg == leg], "it is dropped without a word"
    centre(ev.PlaybackEnded(leg=leg, request=said.request, ok=True))
    assert settled(centre) == [(Outcome.MACHINE, LeadState.WAITING)]
    assert [one.outcome for one in centre.facts(ef.AttemptEnded)] == ["machine"]
    assert [one.leg for one in centre.facts(ef.HangUp)][-1] == leg


def test_who_is_taken_for_a_machine_and_hangs_up_is_one_all_the_same() -> None:
    centre = a_centre(CampaignMode.PREDICTIVE, machines="message")
    contact = call_lead(centre)
    leg = centre.state(contact).customer_leg
    centre(ev.LegAnswered(leg=leg, machine=True))
    centre(LegEnded(leg=leg, cause=LegEndCause.NORMAL))
    assert settled(centre) == [(Outcome.MACHINE, LeadState.WAITING)]
    assert contact not in centre.center.state.contacts


@pytest.mark.parametrize("machine", [True, False])
def test_a_campaign_may_treat_machines_as_people_and_its_flow_may_ask(machine: bool) -> None:
    centre = a_centre(CampaignMode.FLOW, machines="connect")
    contact = call_lead(centre)
    centre(ev.LegAnswered(leg=centre.state(contact).customer_leg, machine=machine))
    assert centre.state(contact).flow.flow == "survey"
    assert centre.state(contact).variables.get("machine", "") == ("yes" if machine else "")


def test_while_the_pbx_listens_the_dialling_is_not_over() -> None:
    centre = a_centre(CampaignMode.PREDICTIVE, machines="message")
    contact = call_lead(centre)
    centre.advance(37_000)
    assert centre.state(contact).place is Place.DIALLING
    centre.advance(5_000)
    assert settled(centre) == [(Outcome.NO_ANSWER, LeadState.WAITING)]


def test_whoever_hangs_up_before_an_agent_comes_is_neither_abandoned_nor_spoken_with() -> None:
    centre = a_centre(CampaignMode.PREDICTIVE)
    contact = call_lead(centre)
    pick_up(centre, contact)
    centre.advance(1_000)
    centre.hang_up(contact)
    assert settled(centre) == [(Outcome.HUNG_UP, LeadState.WAITING)]


def test_a_flow_speaks_with_whoever_answers_and_says_what_came_of_it() -> None:
    centre = a_centre(CampaignMode.FLOW)
    contact = call_lead(centre)
    pick_up(centre, contact)
    assert centre.state(contact).flow.flow == "survey"
    centre.state(contact).variables["outcome"] = "promised"
    centre.hang_up(contact)
    assert settled(centre) == [(Outcome.PROMISED, LeadState.DONE)]


@pytest.mark.parametrize("mode", list(CampaignMode))
@pytest.mark.parametrize(
    ("cause", "outcome", "after_ms"),
    [
        (LegEndCause.BUSY, Outcome.BUSY, 10 * MINUTE),
        (LegEndCause.NO_ANSWER, Outcome.NO_ANSWER, 180 * MINUTE),
        (LegEndCause.REJECTED, Outcome.REJECTED, DAY_MS),
        (LegEndCause.UNREACHABLE, Outcome.FAILED, DAY_MS),
        (LegEndCause.LOST, Outcome.LOST, MINUTE),
    ],
)
def test_the_outcome_of_a_dialling_says_when_it_is_tried_again(
    mode: CampaignMode, cause: LegEndCause, outcome: Outcome, after_ms: int
) -> None:
    centre = a_centre(mode)
    contact = call_lead(centre)
    if mode.agent_first:
        centre.ready("1001")
        centre.answer(contact)
    centre(LegEnded(leg=centre.state(contact).customer_leg, cause=cause))
    (fact,) = centre.facts(ef.LeadSettled)
    assert (fact.outcome, fact.state, fact.due_ms) == (outcome, LeadState.WAITING, centre.now + after_ms)
    assert fact.dialled
    if mode.agent_first:
        assert centre.agent("1001") is AgentState.AVAILABLE


def test_attempts_are_bounded_in_all_and_by_outcome() -> None:
    centre = a_centre(CampaignMode.PREDICTIVE, attempts=3)
    for tried in ({"no_answer": 2}, {"rejected": 1}, {"busy": 1, "no_answer": 1}):
        contact = call_lead(centre, tried=tried)
        cause = LegEndCause.REJECTED if "rejected" in tried else LegEndCause.NO_ANSWER
        centre(LegEnded(leg=centre.state(contact).customer_leg, cause=cause))
    assert [fact.state for fact in centre.facts(ef.LeadSettled)] == [LeadState.DONE] * 3
    assert [fact.attempt for fact in centre.facts(ef.LeadSettled)] == [3, 2, 3]


def test_a_lead_that_finds_no_agent_goes_back_to_the_list_without_an_attempt() -> None:
    centre = a_centre(CampaignMode.PROGRESSIVE, patience_ms=20_000)
    call_lead(centre)
    centre.advance(20_000)
    (fact,) = centre.facts(ef.LeadSettled)
    assert (fact.outcome, fact.state, fact.dialled) == (Outcome.NO_AGENT, LeadState.READY, False)
    assert numbers_dialled(centre) == []


def test_a_lead_is_reached_by_one_contact_at_a_time() -> None:
    centre = a_centre(CampaignMode.PREDICTIVE)
    first = call_lead(centre)
    call_lead(centre)
    centre(ev.LeadCalled(contact=first, campaign="loan", lead=1, number=PERSON))
    assert [fact.reason for fact in centre.facts(ef.LeadNotCalled)] == ["in_attempt"]
    assert numbers_dialled(centre) == [PERSON]


@pytest.mark.parametrize("mode", list(CampaignMode))
def test_whoever_opts_out_while_it_rings_is_rung_no_more(mode: CampaignMode) -> None:
    centre = a_centre(mode)
    contact = call_lead(centre)
    if mode.agent_first:
        centre.ready("1001")
        centre.answer(contact)
    leg = centre.state(contact).customer_leg
    effects = centre(ev.LeadWithdrawn(lead=1, reason="opted_out"))
    assert leg in [fact.leg for fact in effects if isinstance(fact, ef.HangUp)]
    assert settled(centre) == [(Outcome.STOPPED, LeadState.OPTED_OUT)]


def test_a_talk_goes_on_when_its_lead_is_recalled_or_its_campaign_pauses() -> None:
    centre = a_centre(CampaignMode.PREDICTIVE)
    centre.ready("1001")
    contact = call_lead(centre)
    pick_up(centre, contact)
    centre.answer(contact)
    centre(ev.LeadWithdrawn(lead=1, reason="recalled"))
    run(centre, a_campaign(CampaignMode.PREDICTIVE, dials=False))
    assert centre.state(contact).place is Place.TALKING
    centre.hang_up(contact)
    file(centre, contact, "1001")
    assert settled(centre) == [(Outcome.PROMISED, LeadState.DONE)]


def test_a_campaign_that_pauses_dials_nothing_more_and_gives_back_who_waits() -> None:
    centre = a_centre(CampaignMode.PREVIEW)
    call_lead(centre)
    run(centre, a_campaign(CampaignMode.PREVIEW, dials=False))
    call_lead(centre, lead=2)
    assert settled(centre) == [(Outcome.NO_AGENT, LeadState.READY)]
    assert [fact.reason for fact in centre.facts(ef.LeadNotCalled)] == ["campaign_stopped"]


def test_an_agent_who_files_nothing_leaves_a_talk_without_result() -> None:
    centre = a_centre(CampaignMode.PREDICTIVE)
    centre.ready("1001")
    contact = call_lead(centre)
    pick_up(centre, contact)
    centre.answer(contact)
    centre.hang_up(contact)
    assert settled(centre) == []
    centre.advance(15_000)
    assert settled(centre) == [(Outcome.NO_RESULT, LeadState.DONE)]


def test_who_asks_to_be_called_at_a_time_is_called_then_by_the_same_agent() -> None:
    centre = a_centre(CampaignMode.PREDICTIVE)
    centre.ready("1001")
    contact = call_lead(centre)
    pick_up(centre, contact)
    centre.answer(contact)
    at = centre.now + 2 * DAY_MS
    file(centre, contact, "1001", follow_up_ms=at)
    centre.hang_up(contact)
    (fact,) = centre.facts(ef.LeadSettled)
    assert (fact.outcome, fact.due_ms, fact.agent) == (Outcome.CALL_AGAIN, at, "1001")


def test_the_agent_who_hangs_up_while_it_rings_stopped_the_attempt() -> None:
    centre = a_centre(CampaignMode.PROGRESSIVE)
    centre.ready("1001")
    contact = call_lead(centre)
    centre.answer(contact)
    centre(ev.HangUpRequested(agent="1001", contact=contact))
    assert settled(centre) == [(Outcome.CANCELLED, LeadState.WAITING)]
    assert centre.agent("1001") is AgentState.AVAILABLE


def test_a_closed_queue_and_a_pbx_that_is_away_reach_nobody() -> None:
    centre = a_centre(CampaignMode.PROGRESSIVE)
    call_lead(centre)
    centre(ev.QueueClosed(by="leader", queue="general", announcement={}))
    call_lead(centre, lead=2)
    centre(ev.QueueReopened(by="leader", queue="general"))
    centre(ev.TelephonyLost())
    call_lead(centre, lead=3)
    assert settled(centre) == [(Outcome.NO_AGENT, LeadState.READY)]
    assert [fact.reason for fact in centre.facts(ef.LeadNotCalled)] == ["queue_closed", "telephony_away"]


def test_after_a_restart_a_lead_in_attempt_comes_to_its_result_all_the_same() -> None:
    centre = a_centre(CampaignMode.PREDICTIVE)
    contact = call_lead(centre)
    centre.restart()
    call_lead(centre)
    centre(ev.TelephonyLost())
    centre(ev.TelephonyRestored(legs=(), answered=()))
    assert [fact.reason for fact in centre.facts(ef.LeadNotCalled)] == ["in_attempt"]
    assert settled(centre) == [(Outcome.LOST, LeadState.WAITING)]
    assert contact not in centre.center.state.contacts


def test_what_fell_due_while_we_were_away_decides_nothing_before_the_pbx_told_which_calls_there_are() -> None:
    centre = a_centre(CampaignMode.PREDICTIVE)
    centre.ready("1001")
    contact = call_lead(centre)
    leg = centre.state(contact).customer_leg
    centre.restart()
    centre(ev.TelephonyLost(starting=True))
    centre.advance(MINUTE)
    assert settled(centre) == []
    centre(ev.TelephonyRestored(legs=(leg,), answered=(leg,)))
    assert centre.state(contact).offered_agent == "1001"
    assert centre.facts(ef.AlarmRaised) == []
