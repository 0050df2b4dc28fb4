"""The PBX goes away and comes back, or we do: what we know is held against what is there."""

from __future__ import annotations

from callcenter.core import callback_key, calls, flows, listening
from callcenter.core.state import Contact
from callcenter.core.turn import Turn
from callcenter.domain.contact import Place
from callcenter.domain.effects import Connect, HangUp, StartMusic, StartRingback
from callcenter.domain.events import LegAnswered, TelephonyLost, TelephonyRestored


def lost(t: Turn, e: TelephonyLost) -> None:
    """Calls may go on in the PBX; nothing is ended before we know."""
    t.state.telephony_up = False
    if not e.starting and not t.state.telephony_missed:
        t.state.telephony_missed = True
        t.alarm("telephony_lost")


def restored(t: Turn, e: TelephonyRestored) -> None:
    """Close what the PBX no longer has, hang up what we no longer want, and go on with the rest."""
    if t.state.telephony_missed:
        t.alarm("telephony_restored")
    t.state.telephony_up, t.state.telephony_missed = True, False
    alive = frozenset(e.legs)
    for contact in list(t.state.contacts.values()):
        if not contact.ended:
            calls.legs_missing(t, contact, alive)
    for leg in e.legs:
        if leg.startswith(calls.OUR_LEGS) and leg not in t.state.legs:
            t.emit(HangUp(contact="", leg=leg))
    for leg in e.answered:
        if leg in t.state.legs:
            calls.leg_answered(t, LegAnswered(leg=leg))
    for contact in list(t.state.contacts.values()):
        if not contact.ended:
            _go_on(t, contact)
    listening.restored(t)


def _go_on(t: Turn, c: Contact) -> None:
    """Say again what may have been lost; every command here does nothing when it is so already."""
    if c.chat is not None:
        return
    callback_key.listen(t, c)
    if c.place is Place.FLOW:
        flows.ask_again(t, c)
    elif c.place is Place.DIALLING and c.agent_leg:
        t.emit(StartRingback(contact=c.id, leg=c.agent_leg))
    elif c.music:
        t.emit(StartMusic(contact=c.id, leg=c.customer_leg, music=t.state.music_of(c.queue)))
    elif c.place is Place.TALKING and c.consult is None and not c.rejoining:
        t.emit(Connect(contact=c.id, bridge=c.bridge, legs=(c.customer_leg, c.agent_leg)))
        calls.restart_recording(t, c)
