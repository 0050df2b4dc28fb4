"""Rules of a call's life, one test each, on the pure core."""

from __future__ import annotations

import msgspec

from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.config import SkillRequirement
from callcenter.domain.contact import EndReason, LegEndCause, Place
from callcenter.domain.events import TransferMode
from callcenter.domain.facts import FIELDS_TOLD_LATER
from callcenter.flow.loader import load_text
from tests.core.centre import MENU, Centre, ends, kinds, press, refusals


def test_a_call_is_offered_answered_and_wrapped_up() -> None:
    centre = Centre()
    centre.ready("1001")
    contact, agent = centre.talking()
    assert (agent, centre.agent("1001")) == ("1001", AgentState.BUSY)
    centre.advance(60_000)
    centre.hang_up(contact)
    assert ends(centre) == [EndReason.CUSTOMER_HUNG_UP]
    assert centre.agent("1001") is AgentState.WRAP_UP
    centre(ev.WrapUpCompleted(agent="1001", contact=contact, disposition="resolved", note="done"))
    assert centre.agent("1001") is AgentState.AVAILABLE
    (left,) = centre.facts(ef.AgentLeft)
    assert left.talked_ms == 60_000


def test_originate_comes_before_music_so_that_the_agent_is_rung_first() -> None:
    centre = Centre()
    centre.ready("1001")
    effects = centre(ev.CallArrived(contact="x", leg="l", caller="1", dialled="95001"))
    names = kinds(effects)
    assert names.index("Originate") < names.index("StartMusic")


def test_waiting_is_announced_with_the_place_and_music_goes_on_afterwards() -> None:
    centre = Centre()
    first, second = centre.call(), centre.call()
    effects = centre.advance(10_000)
    announced = [effect for effect in effects if isinstance(effect, ef.QueueAnnounced)]
    assert [(fact.contact, fact.position) for fact in announced] == [(first, 1), (second, 2)]
    playing = centre.state(second).playing
    effects = centre(ev.PlaybackEnded(leg=centre.state(second).customer_leg, request=playing))
    assert "StartMusic" in kinds(effects)


def test_an_unanswered_offer_takes_the_agent_off_and_keeps_the_callers_place() -> None:
    centre = Centre()
    centre.ready("1001")
    first, second = centre.call(), centre.call()
    centre.leg_fails(centre.state(first).offer_leg, LegEndCause.NO_ANSWER)
    assert centre.agent("1001") is AgentState.ON_BREAK
    assert centre.center.acd.position(first) == 1
    centre.ready("1002")
    assert centre.state(first).offered_agent == "1002"
    assert centre.state(second).place is Place.WAITING


def test_an_offer_nobody_reports_on_ends_by_its_own_timer() -> None:
    centre = Centre()
    centre.ready("1001")
    contact = centre.call()
    centre.advance(22_000)
    assert centre.state(contact).place is Place.WAITING
    assert centre.agent("1001") is AgentState.ON_BREAK


def test_hanging_up_while_an_agent_is_rung_frees_the_agent_for_the_next() -> None:
    centre = Centre()
    centre.ready("1001")
    first, second = centre.call(), centre.call()
    centre.hang_up(first)
    assert ends(centre) == [EndReason.ABANDONED_IN_QUEUE]
    assert centre.state(second).offered_agent == "1001"


def test_an_answer_that_comes_too_late_is_hung_up() -> None:
    centre = Centre()
    centre.ready("1001")
    contact = centre.call()
    leg = centre.state(contact).offer_leg
    centre.hang_up(contact)
    effects = centre(ev.LegAnswered(leg=leg))
    assert kinds(effects) == ["HangUp"]


def test_hold_is_counted_and_asking_twice_changes_nothing() -> None:
    centre = Centre()
    centre.ready("1001")
    contact, _ = centre.talking()
    centre(ev.HoldRequested(agent="1001", contact=contact))
    assert centre(ev.HoldRequested(agent="1001", contact=contact)) == ()
    centre.advance(7_000)
    centre(ev.ResumeRequested(agent="1001", contact=contact))
    centre.hang_up(contact)
    (left,) = centre.facts(ef.AgentLeft)
    assert left.held_ms == 7_000


def test_a_click_that_comes_twice_is_done_once() -> None:
    centre = Centre()
    centre.ready("1001")
    contact, _ = centre.talking()
    click = ev.HoldRequested(agent="1001", contact=contact, command="click-1")
    assert kinds(centre(click))
    assert centre(click) == ()


def test_somebody_elses_contact_cannot_be_touched() -> None:
    centre = Centre()
    centre.ready("1001", "1002")
    contact, agent = centre.talking()
    other = "1002" if agent == "1001" else "1001"
    centre(ev.HangUpRequested(agent=other, contact=contact, command="c"))
    assert refusals(centre) == ["not_your_contact"]
    assert centre.state(contact).place is Place.TALKING


def test_a_warm_transfer_moves_the_customer_and_wraps_up_the_first_agent() -> None:
    centre = Centre()
    centre.ready("1001")
    contact, _ = centre.talking()
    centre.ready("1002")
    centre(ev.TransferRequested(agent="1001", contact=contact, target="agent:1002", mode=TransferMode.WARM))
    centre(ev.LegAnswered(leg=centre.state(contact).consult.leg))
    centre(ev.TransferCompleted(agent="1001", contact=contact))
    assert centre.state(contact).agent == "1002"
    assert (centre.agent("1001"), centre.agent("1002")) == (AgentState.WRAP_UP, AgentState.BUSY)


def test_a_consulted_agent_who_refuses_gives_the_customer_back() -> None:
    centre = Centre()
    centre.ready("1001")
    contact, _ = centre.talking()
    centre.ready("1002")
    centre(ev.TransferRequested(agent="1001", contact=contact, target="agent:1002", mode=TransferMode.WARM))
    effects = centre.leg_fails(centre.state(contact).consult.leg, LegEndCause.REJECTED)
    assert "Connect" in kinds(effects)
    assert centre.state(contact).agent == "1001"
    assert centre.agent("1002") is not AgentState.BUSY


def test_a_three_way_talk_goes_on_when_the_consulted_party_leaves() -> None:
    centre = Centre()
    centre.ready("1001")
    contact, _ = centre.talking()
    centre.ready("1002")
    centre(ev.TransferRequested(agent="1001", contact=contact, target="agent:1002", mode=TransferMode.WARM))
    consulted = centre.state(contact).consult.leg
    centre(ev.LegAnswered(leg=consulted))
    effects = centre(ev.ConferenceRequested(agent="1001", contact=contact))
    (joined,) = [effect for effect in effects if isinstance(effect, ef.Connect)]
    assert len(joined.legs) == 3
    centre(ev.LegEnded(leg=consulted))
    assert centre.state(contact).place is Place.TALKING


def test_a_blind_transfer_to_an_agent_who_declines_puts_the_customer_first() -> None:
    centre = Centre()
    centre.ready("1001")
    contact, _ = centre.talking()
    waiting = centre.call()
    centre.ready("1002")
    assert centre.state(waiting).offered_agent == "1002"
    centre.ready("1003")
    centre(ev.TransferRequested(agent="1001", contact=contact, target="agent:1003", mode=TransferMode.BLIND))
    centre.leg_fails(centre.state(contact).offer_leg, LegEndCause.REJECTED)
    assert centre.state(contact).place in (Place.WAITING, Place.OFFERED)
    assert centre.center.acd.position(contact) <= 1


def test_a_transfer_that_cannot_be_is_refused_before_the_customer_notices() -> None:
    centre = Centre()
    centre.ready("1001")
    contact, _ = centre.talking()
    for target, code in (
        ("agent:1002", "agent_not_available"),
        ("agent:9", "unknown_agent"),
        ("queue:9", "unknown_queue"),
        ("number:12a", "bad_target"),
        ("agent:1001", "transfer_to_self"),
    ):
        centre(
            ev.TransferRequested(
                agent="1001", contact=contact, target=target, mode=TransferMode.BLIND, command=f"t {target}"
            )
        )
        assert refusals(centre)[-1] == code
    assert centre.state(contact).place is Place.TALKING


def test_voicemail_ends_as_such_when_the_caller_hangs_up() -> None:
    centre = Centre()
    contact = centre.call("95000")
    c = centre.state(contact)
    press(centre, contact, "3")
    centre(ev.PlaybackEnded(leg=c.customer_leg, request=centre.state(contact).pending.request))
    recording = centre.state(contact).recording
    assert recording.kind == "voicemail"
    centre.hang_up(contact)
    assert ends(centre) == [EndReason.VOICEMAIL_LEFT]
    effects = centre(ev.RecordingEnded(recording=recording.id, ok=True, duration_ms=4_000))
    assert "FileRecording" in kinds(effects)
    assert contact not in centre.center.state.contacts


def test_overflow_keeps_the_waiting_time() -> None:
    centre = Centre()
    contact = centre.call()
    centre.advance(120_000)
    c = centre.state(contact)
    assert c.queue == "card"
    assert centre.now - c.queued_ms == 120_000


def test_a_late_note_still_finds_its_contact() -> None:
    centre = Centre()
    centre.ready("1001")
    contact, _ = centre.talking()
    centre.hang_up(contact)
    centre.advance(60_000)
    centre(ev.WrapUpCompleted(agent="1001", contact=contact, disposition="resolved", note="late", command="n"))
    assert [fact.note for fact in centre.facts(ef.WrapUpFiled)] == ["late"]
    assert refusals(centre) == []


def test_the_journal_replays_to_the_same_effects() -> None:
    centre = Centre()
    centre.ready("1001", "1002")
    contact = centre.call("95000")
    press(centre, contact, "2")
    centre.answer(contact)
    centre.advance(30_000)
    centre.hang_up(contact)
    centre.advance(60_000)
    assert list(replay(Center(), centre.through_text())) == []


def test_what_a_flow_asks_of_the_router_is_told_when_the_contact_joins() -> None:
    menu = MENU.replace("queue: card}", "queue: card, priority: 3, skills: [{skill: english, level: 4}]}")
    centre = Centre()
    centre(ev.FlowsPublished(flows={"menu": load_text("menu.yaml", menu).flow.to_plain()}))
    press(centre, centre.call("95000"), "1")
    (joined,) = centre.facts(ef.QueueJoined)
    assert (joined.priority, joined.skills) == (3, (SkillRequirement("english", 4),))


def test_a_journal_of_an_older_version_is_replayed_without_differences() -> None:
    """It lacks what facts tell by now, and whole facts; a decision that differs is still found."""
    centre = Centre()
    centre.ready("1001")
    contact, _ = centre.talking()
    centre.advance(70_000)
    centre.hang_up(contact)
    centre.advance(60_000)
    old = [
        msgspec.structs.replace(
            entry, effects=tuple(_as_an_older_version(e) for e in entry.effects if not isinstance(e, ef.WrappedUp))
        )
        for entry in centre.through_text()
    ]
    assert any(isinstance(e, ef.WrappedUp) for entry in centre.journal for e in entry.effects)
    assert old != centre.through_text()
    assert list(replay(Center(), old)) == []
    number = next(n for n, entry in enumerate(old) if any(isinstance(e, ef.AgentLeft) for e in entry.effects))
    other = tuple(
        msgspec.structs.replace(e, talked_ms=1) if isinstance(e, ef.AgentLeft) else e for e in old[number].effects
    )
    old[number] = msgspec.structs.replace(old[number], effects=other)
    assert [difference.seq for difference in replay(Center(), old)] == [old[number].seq]


def _as_an_older_version(fact: ef.Effect) -> ef.Effect:
    later = FIELDS_TOLD_LATER.get(type(fact), ())
    usual = {f.name: f.default for f in msgspec.structs.fields(type(fact)) if f.name in later}
    return msgspec.structs.replace(fact, **usual)
