"""Chats: what visitors and agents write, visitors who go away or fall silent, what is over after an absence of ours.

Where a chat waits, is offered, handed on and ended is the same as for a call; this room has what only chats have.
"""

from __future__ import annotations

from callcenter.core import calls, ending, flows, talk, transfer
from callcenter.core.state import Chat, Contact, Leg
from callcenter.core.turn import Turn
from callcenter.domain.contact import Channel, Direction, EndReason, LegEndCause, LegRole, Place
from callcenter.domain.effects import ContactEnded, ContactOpened, FirstReply, Play, SurveyAnswered, VisitorSeen
from callcenter.domain.errors import Rejected
from callcenter.domain.events import (
    AgentWrote,
    ChatMessageLeft,
    ChatOpened,
    ChatsRestored,
    LegAnswered,
    OfferAccepted,
    VisitorPresence,
    VisitorRated,
    VisitorWrote,
)

RATING = "chat_rating"
"""What the answer to the stars at the end is called."""
WAITING = (Place.FLOW, Place.WAITING, Place.OFFERED)


def opened(t: Turn, e: ChatOpened) -> None:
    """Open a contact and begin where the entry leads."""
    if e.contact in t.state.contacts or e.contact in t.state.ended:
        return
    entry = t.state.config.chat_entries.get(e.entry)
    target = entry.target if entry is not None else ""
    c = Contact(
        id=e.contact,
        channel=Channel.CHAT,
        direction=Direction.INBOUND,
        caller=e.phone,
        dialled=e.entry,
        line="chat",
        arrived_ms=t.now,
        customer_leg=e.leg,
        chat=Chat(entry=e.entry, visitor=e.visitor),
        variables={
            "caller": e.phone,
            "dialled": e.entry,
            "line": "chat",
            "channel": Channel.CHAT.value,
            "language": e.language,
            "customer": e.customer,
            "customer_name": e.name,
        },
    )
    c.legs[e.leg] = Leg(id=e.leg, role=LegRole.CUSTOMER, party=c.person, answered=True)
    t.state.contacts[c.id] = c
    t.state.legs[e.leg] = c.id
    _tell_opened(t, e.contact, e.phone, e.entry, target)
    if not target:
        t.alarm("unknown_chat_entry", entry=e.entry)
        ending.end(t, c, EndReason.UNKNOWN_NUMBER, cause=LegEndCause.UNREACHABLE)
        return
    calls.begin(t, c, target)


def _tell_opened(t: Turn, contact: str, caller: str, entry: str, target: str) -> None:
    fact = ContactOpened(
        contact=contact,
        channel=Channel.CHAT,
        direction=Direction.INBOUND,
        caller=caller,
        dialled=entry,
        line="chat",
        flow=target,
    )
    t.emit(fact)


def visitor_wrote(t: Turn, e: VisitorWrote) -> None:
    """The visitor is not silent; their agent owes them an answer."""
    c = t.contact(e.contact)
    if c is None or c.chat is None or e.number <= c.chat.heard:
        return
    c.chat.heard, c.chat.asked = e.number, False
    t.cancel_timer(f"silent:{c.id}")
    if c.place is Place.TALKING and c.chat.awaited_ms is None:
        c.chat.awaited_ms = t.now


def agent_wrote(t: Turn, e: AgentWrote) -> None:
    """The visitor has an answer, and some time to say something in return. Refused: ``not_your_contact``."""
    c = talk.talking(t, e.contact, e.agent)
    if c.chat is None:
        raise Rejected("not_your_contact")
    if not c.chat.replied:
        t.emit(FirstReply(contact=c.id, agent=e.agent, after_ms=t.now - (c.connected_ms or t.now)))
    c.chat.replied, c.chat.awaited_ms, c.chat.asked = True, None, False
    t.start_timer(f"silent:{c.id}", t.now + t.chat_rule(c).silent_ms)


def silent(t: Turn, contact: str) -> None:
    """The visitor has not written for long: they are asked once if they are still there, then the chat ends."""
    c = t.contact(contact)
    if c is None or c.chat is None or c.place not in (Place.TALKING, Place.FLOW):
        return
    sentence = "chat_silent" if c.chat.asked else "still_there"
    t.emit(Play(contact=c.id, leg=c.customer_leg, request=t.request(c), prompts=(t.say(c, sentence),)))
    if c.chat.asked:
        ending.end(t, c, EndReason.VISITOR_SILENT)
        return
    c.chat.asked = True
    t.start_timer(f"silent:{c.id}", t.now + t.chat_rule(c).closed_after_ms)


def presence(t: Turn, e: VisitorPresence) -> None:
    """Whoever has closed the page keeps their place in the queue for a while; a talk goes on by the rule of silence."""
    c = t.contact(e.contact)
    if c is None or c.chat is None or c.chat.here == e.here:
        return
    c.chat.here = e.here
    t.emit(VisitorSeen(contact=c.id, here=e.here))
    if e.here:
        t.cancel_timer(f"absent:{c.id}")
    elif c.place in WAITING:
        t.start_timer(f"absent:{c.id}", t.now + t.chat_rule(c).absent_ms)


def absent(t: Turn, contact: str) -> None:
    """Somebody who was waiting did not come back."""
    c = t.contact(contact)
    if c is not None and c.chat is not None and not c.chat.here and c.place in WAITING:
        calls.customer_gone(t, c, LegEndCause.NORMAL)


def accept(t: Turn, e: OfferAccepted) -> None:
    """The agent takes the chat, or reads along as asked by a colleague. Refused: ``offer_gone``."""
    c = t.contact(e.contact)
    if c is not None and c.chat is not None and c.consult is not None and c.consult.agent == e.agent:
        if c.consult.state == "ringing":
            transfer.consult_answered(t, c)
        return
    if c is None or c.chat is None or c.place is not Place.OFFERED or c.offered_agent != e.agent:
        raise Rejected("offer_gone")
    calls.leg_answered(t, LegAnswered(leg=c.offer_leg))


def rated(t: Turn, e: VisitorRated) -> None:
    """The stars at the end; they come when the contact is over."""
    if e.contact in t.state.contacts or e.contact in t.state.ended:
        t.emit(SurveyAnswered(contact=e.contact, question=RATING, answer=str(e.score)))


def message_left(t: Turn, e: ChatMessageLeft) -> None:
    """A contact that is over as soon as it began: the message stands in the conversation."""
    if e.contact in t.state.ended:
        return
    entry = t.state.config.chat_entries.get(e.entry)
    _tell_opened(t, e.contact, "", e.entry, entry.target if entry is not None else "")
    t.emit(ContactEnded(contact=e.contact, reason=EndReason.MESSAGE_LEFT, duration_ms=0))
    ending.remember(t, e.contact)


def restored(t: Turn, e: ChatsRestored) -> None:
    """Chats that were ended while we were away are over; what a flow asked is asked again."""
    alive = frozenset(e.contacts)
    for c in [c for c in t.state.contacts.values() if c.chat is not None and not c.ended]:
        if c.id not in alive:
            calls.customer_gone(t, c, LegEndCause.NORMAL)
        else:
            flows.ask_again(t, c)
