"""Chats in the core: taken, answered, silent, absent, handed on, lost with their agent, over."""

from __future__ import annotations

import msgspec
import pytest

from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.core.views import contact_view
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Channel, EndReason, Place
from callcenter.domain.events import TransferMode
from tests.core.centre import Centre


@pytest.fixture
def centre() -> Centre:
    made = Centre()
    made.ready("1001")
    return made


def refused(effects: tuple[ef.Effect, ...]) -> list[str]:
    return [effect.code for effect in effects if isinstance(effect, ef.CommandRefused)]


def ends(centre: Centre) -> list[tuple[str, EndReason]]:
    return [(fact.contact, fact.reason) for fact in centre.facts(ef.ContactEnded)]


def said(effects: object) -> str:
    return "".join(p.text for e in effects if isinstance(e, ef.Play) for p in e.prompts)


def full(centre: Centre) -> None:
    """The agent has all the chats there is room for."""
    for n in range(3):
        centre.chatting(visitor=f"busy{n}")


def test_a_chat_is_taken_by_a_click_and_the_visitor_is_told(centre: Centre) -> None:
    contact = centre.chat()
    assert centre.state(contact).place is Place.OFFERED
    assert refused(centre(ev.OfferAccepted(agent="1002", contact=contact))) == ["offer_gone"]
    effects = centre(ev.OfferAccepted(agent="1001", contact=contact, command="k1"))
    assert "人工坐席已接入" in said(effects)
    assert centre.state(contact).channel is Channel.CHAT
    assert not [e for e in effects if isinstance(e, ef.StartRecording)]
    assert refused(centre(ev.OfferAccepted(agent="1001", contact=contact))) == ["offer_gone"]


def test_an_agent_has_three_chats_beside_a_call(centre: Centre) -> None:
    chats = [centre.chatting(visitor=f"v{n}")[0] for n in range(3)]
    waits = centre.chat(visitor="v4")
    call, agent = centre.talking()
    assert agent == "1001"
    assert centre.center.acd.agent("1001").talks == (call, *chats)
    assert centre.state(waits).place is Place.WAITING
    centre.hang_up(call)
    centre(ev.WrapUpCompleted(agent="1001", contact=call, disposition="resolved"))
    assert centre.state(waits).place is Place.WAITING, "three chats are all there is room for"
    centre(ev.HangUpRequested(agent="1001", contact=chats[0]))
    centre(ev.WrapUpCompleted(agent="1001", contact=chats[0], disposition="resolved"))
    assert centre.state(waits).offered_agent == "1001"


def test_first_reply_and_whose_turn_it_is(centre: Centre) -> None:
    contact, agent = centre.chatting()
    centre.advance(12_000)
    centre(ev.AgentWrote(agent=agent, contact=contact, number=2))
    assert [fact.after_ms for fact in centre.facts(ef.FirstReply)] == [12_000]
    assert centre.state(contact).chat.awaited_ms is None
    centre.advance(3_000)
    centre(ev.VisitorWrote(contact=contact, number=3))
    assert centre.state(contact).chat.awaited_ms == centre.now
    centre(ev.AgentWrote(agent=agent, contact=contact, number=4))
    assert len(centre.facts(ef.FirstReply)) == 1


def test_a_silent_visitor_is_asked_once_and_then_the_chat_ends(centre: Centre) -> None:
    contact, agent = centre.chatting()
    centre(ev.AgentWrote(agent=agent, contact=contact, number=1))
    assert "还在线" in said(centre.advance(180_000))
    centre(ev.VisitorWrote(contact=contact, number=2))
    assert said(centre.advance(600_000)) == "", "it is the agent's turn"
    centre(ev.AgentWrote(agent=agent, contact=contact, number=3))
    centre.advance(360_000)
    assert ends(centre) == [(contact, EndReason.VISITOR_SILENT)]
    assert centre.agent(agent) is AgentState.WRAP_UP


def test_whoever_closes_the_page_keeps_their_place_for_a_while(centre: Centre) -> None:
    full(centre)
    back, gone = centre.chat(visitor="v1"), centre.chat(visitor="v2")
    for contact in (back, gone):
        centre(ev.VisitorPresence(contact=contact, here=False))
    centre.advance(60_000)
    centre(ev.VisitorPresence(contact=back, here=True))
    centre.advance(59_999)
    assert ends(centre) == []
    centre.advance(1)
    assert ends(centre) == [(gone, EndReason.ABANDONED_IN_QUEUE)]
    assert centre.state(back).place is Place.WAITING


def test_handed_on_with_a_note_and_what_a_chat_cannot_do_is_refused(centre: Centre) -> None:
    contact, agent = centre.chatting()
    goal, blind = "queue:general", TransferMode.BLIND
    centre(ev.TransferRequested(agent=agent, contact=contact, target=goal, mode=blind, note="x"))
    assert centre.state(contact).place is Place.WAITING, "not back to whoever still writes about it"
    centre.ready("1002")
    assert centre.state(contact).offered_agent == "1002"
    centre(ev.OfferAccepted(agent="1002", contact=contact))
    centre(ev.WrapUpCompleted(agent="1001", contact=contact, disposition="resolved"))
    outside = ev.TransferRequested(agent="1002", contact=contact, target="number:95000", mode=TransferMode.WARM)
    assert refused(centre(outside)) == ["not_in_chat"]
    assert refused(centre(ev.HoldRequested(agent="1002", contact=contact))) == ["not_in_chat"]
    assert refused(centre(ev.SuperviseRequested(agent="1001", contact=contact, mode="listen"))) == ["not_in_chat"]
    centre(ev.TransferRequested(agent="1002", contact=contact, target="agent:1001", mode=blind))
    assert centre.state(contact).offered_agent == "1001"


def test_an_agents_page_that_stays_away_gives_the_chats_to_others(centre: Centre) -> None:
    contact, _ = centre.chatting()
    centre(ev.DeskLost(agent="1001", desk="desk-1001"))
    centre.advance(60_000)
    centre(ev.DeskConnected(agent="1001", desk="desk-1001"))
    centre.advance(200_000)
    assert centre.state(contact).agent == "1001"
    centre(ev.DeskLost(agent="1001", desk="desk-1001"))
    centre.ready("1002")
    assert "坐席连接中断" in said(centre.advance(120_000))
    assert centre.state(contact).offered_agent == "1002"
    assert centre.agent("1001") is AgentState.ON_BREAK


def test_a_returning_visitor_waits_for_their_agent(centre: Centre) -> None:
    config = centre.center.state.config
    general = msgspec.structs.replace(config.queues["general"], prefer_last_agent_ms=60_000)
    centre(ev.CenterConfigured(config=msgspec.structs.replace(config, queues={**config.queues, "general": general})))
    first, agent = centre.chatting(visitor="v7")
    centre(ev.HangUpRequested(agent=agent, contact=first))
    centre(ev.WrapUpCompleted(agent=agent, contact=first, disposition="resolved"))
    centre.ready("1002", "1003")
    assert centre.state(centre.chat(visitor="v7")).offered_agent == agent
    assert centre.state(centre.chat(visitor="v8")).offered_agent != agent


def test_a_menu_is_chosen_from_in_a_chat_and_has_no_voicemail(centre: Centre) -> None:
    contact = centre.chat("menu")
    asked = centre.facts(ef.Gather)[-1]
    assert asked.leg == contact
    centre(ev.DigitsGathered(leg=contact, request=asked.request, outcome=ev.GatherOutcome.COMPLETE, digits="3"))
    assert centre.facts(ef.BranchTaken)[-1].why.code == "no_voice_in_chat"


def test_after_an_absence_of_ours_closed_chats_are_over_and_open_ones_are_asked_again(centre: Centre) -> None:
    talks, _ = centre.chatting()
    asks, gone = centre.chat("menu", visitor="v2"), centre.chat("menu", visitor="v3")
    centre.restart()
    effects = centre(ev.ChatsRestored(contacts=(talks, asks)))
    assert [e.contact for e in effects if isinstance(e, ef.Gather)] == [asks]
    assert ends(centre) == [(gone, EndReason.ABANDONED_IN_FLOW)]


def test_a_message_left_and_stars_given_are_on_record_once(centre: Centre) -> None:
    for _ in range(2):
        centre(ev.ChatMessageLeft(contact="chat-m", entry="web", visitor="v"))
    assert ends(centre) == [("chat-m", EndReason.MESSAGE_LEFT)]
    centre(ev.VisitorRated(contact="chat-m", score=4))
    assert [fact.answer for fact in centre.facts(ef.SurveyAnswered)] == ["4"]


def test_the_pbx_going_away_ends_no_chat_and_the_journal_runs_again(centre: Centre) -> None:
    contact, _ = centre.chatting()
    centre(ev.TelephonyLost())
    centre(ev.TelephonyRestored(legs=()))
    assert centre.state(contact).place is Place.TALKING
    assert list(replay(Center(), centre.through_text())) == []


def test_a_note_is_for_colleagues_and_goes_on_with_the_chat(centre: Centre) -> None:
    contact, agent = centre.chatting()
    effects = centre(ev.NoteWritten(agent=agent, contact=contact, text=" 已核实身份 ", command="n1"))
    assert [e for e in effects if not isinstance(e, ef.Fact)] == [], "nothing is said to the visitor"
    assert centre(ev.NoteWritten(agent=agent, contact=contact, text="已核实身份", command="n1")) == ()
    centre(
        ev.TransferRequested(
            agent=agent, contact=contact, target="queue:general", mode=TransferMode.BLIND, note="要求加急"
        )
    )
    centre.ready("1002")
    centre(ev.OfferAccepted(agent="1002", contact=contact))
    seen = contact_view(centre.state(contact), "1002").notes
    assert [(note.agent, note.text, note.handed_on) for note in seen] == [
        (agent, "已核实身份", False),
        (agent, "要求加急", True),
    ]
    assert [fact.text for fact in centre.facts(ef.NoteAdded)] == ["已核实身份"]
    assert list(replay(Center(), centre.through_text())) == []


def test_a_message_that_did_not_arrive_is_read_by_whoever_has_the_chat(centre: Centre) -> None:
    contact, _ = centre.chatting()
    effects = centre(ev.MessageUndelivered(contact=contact, number=2, text="未送达“您好”：客户拒收消息。"))
    assert [e for e in effects if not isinstance(e, ef.Fact)] == [], "nothing is said to the visitor"
    assert [(n.agent, n.text) for n in contact_view(centre.state(contact), "1001").notes] == [
        ("", "未送达“您好”：客户拒收消息。")
    ]
    assert centre(ev.MessageUndelivered(contact="chat-unknown", number=1, text="x")) == ()
    assert list(replay(Center(), centre.through_text())) == []


@pytest.mark.parametrize(
    ("agent", "text", "code"),
    [
        ("1002", "x", "not_your_contact"),
        ("1001", "  \n", "internal_note_empty"),
        ("1001", "x" * 2_001, "internal_note_long"),
    ],
)
def test_a_note_that_is_refused(centre: Centre, agent: str, text: str, code: str) -> None:
    contact, _ = centre.chatting()
    assert refused(centre(ev.NoteWritten(agent=agent, contact=contact, text=text))) == [code]


def test_a_contact_has_so_many_notes_and_no_more(centre: Centre) -> None:
    contact, agent = centre.chatting()
    for n in range(100):
        assert refused(centre(ev.NoteWritten(agent=agent, contact=contact, text=str(n)))) == []
    assert refused(centre(ev.NoteWritten(agent=agent, contact=contact, text="more"))) == ["notes_full"]


def asked(centre: Centre) -> str:
    """A chat of 1001 about which 1002 is being asked."""
    contact, _ = centre.chatting()
    centre.ready("1002")
    warm = ev.TransferRequested(
        agent="1001", contact=contact, target="agent:1002", mode=TransferMode.WARM, note="请看一下"
    )
    assert refused(centre(warm)) == []
    return contact


def test_a_colleague_who_is_asked_reads_along_and_takes_over(centre: Centre) -> None:
    contact = asked(centre)
    assert contact_view(centre.state(contact), "1002").place is Place.OFFERED
    assert refused(centre(ev.NoteWritten(agent="1002", contact=contact, text="x"))) == ["not_your_contact"]
    centre(ev.OfferAccepted(agent="1002", contact=contact))
    assert centre.state(contact).consult.state == "talking"
    assert refused(centre(ev.AgentWrote(agent="1001", contact=contact, number=2))) == [], "the visitor is served"
    assert refused(centre(ev.AgentWrote(agent="1002", contact=contact, number=3))) == ["not_your_contact"]
    centre(ev.NoteWritten(agent="1002", contact=contact, text="可以减免"))
    assert [note.text for note in centre.state(contact).notes] == ["请看一下", "可以减免"]
    assert refused(centre(ev.ConferenceRequested(agent="1001", contact=contact))) == ["not_in_chat"]
    centre(ev.TransferCompleted(agent="1001", contact=contact))
    assert (centre.state(contact).agent, centre.state(contact).place) == ("1002", Place.TALKING)
    assert centre.agent("1001") is AgentState.WRAP_UP
    assert list(replay(Center(), centre.through_text())) == []


@pytest.mark.parametrize(
    ("how", "outcome"),
    [
        (ev.OfferDeclined(agent="1002", contact="", reason="still_busy"), "refused"),
        (ev.HangUpRequested(agent="1002", contact=""), "ended"),
        (ev.ConsultCancelled(agent="1001", contact=""), "cancelled"),
        (ev.HangUpRequested(agent="1001", contact=""), "ended"),
    ],
)
def test_how_asking_ends_and_whoever_was_asked_is_free_again(
    centre: Centre, how: ev.ContactEvent, outcome: str
) -> None:
    contact = asked(centre)
    if outcome != "refused":
        centre(ev.OfferAccepted(agent="1002", contact=contact))
    assert refused(centre(msgspec.structs.replace(how, contact=contact))) == []
    assert [fact.outcome for fact in centre.facts(ef.ConsultEnded)] == [outcome]
    assert centre.agent("1002") is AgentState.AVAILABLE
    gone = how.agent == "1001" and isinstance(how, ev.HangUpRequested)
    assert (contact in [name for name, _ in ends(centre)]) is gone


def test_asking_in_vain_ends_by_itself_as_it_does_when_the_page_of_whoever_was_asked_is_gone(centre: Centre) -> None:
    contact = asked(centre)
    centre.advance(60_000)
    assert [fact.outcome for fact in centre.facts(ef.ConsultEnded)] == ["refused"]
    again = ev.TransferRequested(agent="1001", contact=contact, target="agent:1002", mode=TransferMode.WARM)
    assert refused(centre(again)) == []
    centre(ev.OfferAccepted(agent="1002", contact=contact))
    centre(ev.DeskLost(agent="1002", desk="desk-1002"))
    centre.advance(120_000)
    assert [fact.outcome for fact in centre.facts(ef.ConsultEnded)] == ["refused", "ended"]
    assert centre.state(contact).agent == "1001"
