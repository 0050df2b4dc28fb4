"""Who is listened to by machine: callers whom a flow asks, and both sides of a talk where its queue wants it."""

from __future__ import annotations

from callcenter.core.state import Contact
from callcenter.core.turn import Turn
from callcenter.domain.contact import Place
from callcenter.domain.effects import Gather, Listen, StopTap, TapMedia
from callcenter.domain.events import EarsLost, EarsReady
from callcenter.domain.speech import Speaker, takes_turns, tap_name

CONFERENCE = "conference"


def follow(t: Turn) -> None:
    """Begin and end taps as the contacts that this turn was about now are."""
    if not t.state.hears:
        return
    about = {getattr(effect, "contact", "") for effect in t.effects}
    for contact in sorted(about):
        c = t.contact(contact)
        if c is not None:
            _follow(t, c)


def stop(t: Turn, c: Contact) -> None:
    """Listen to nobody of this contact any more."""
    for tap in c.taps.values():
        t.emit(StopTap(contact=c.id, tap=tap))
    c.taps = {}


def ready(t: Turn, _: EarsReady) -> None:
    """There are ears, and they know of no tap: every talk is listened to anew."""
    t.state.hears = True
    _anew(t)


def lost(t: Turn, _: EarsLost) -> None:
    """There are no ears: calls go on as they are."""
    t.state.hears = False
    for c in list(t.state.contacts.values()):
        stop(t, c)


def restored(t: Turn) -> None:
    """The PBX is back; what became of the taps there is not known."""
    if t.state.hears:
        _anew(t)


def _anew(t: Turn) -> None:
    for c in list(t.state.contacts.values()):
        stop(t, c)
        if not c.ended:
            _follow(t, c)


def _follow(t: Turn, c: Contact) -> None:
    turns = _speaks_with_us(c)
    if turns:
        wanted = {c.customer_leg: Speaker.CUSTOMER}
    elif _is_listened_to(t, c):
        wanted = {c.customer_leg: Speaker.CUSTOMER, c.agent_leg: Speaker.AGENT}
    else:
        wanted = {}
    for leg in [leg for leg, tap in c.taps.items() if leg not in wanted or takes_turns(tap) is not turns]:
        t.emit(StopTap(contact=c.id, tap=c.taps.pop(leg)))
    for leg, speaker in wanted.items():
        if leg and leg not in c.taps:
            c.tap_counter += 1
            c.taps[leg] = tap_name(speaker, c.id, c.tap_counter, turns=turns)
            t.emit(TapMedia(contact=c.id, tap=c.taps[leg], leg=leg, url=""))


def _speaks_with_us(c: Contact) -> bool:
    """A caller in a flow, from the first sentence that is waited for on; not while they give a secret."""
    if c.chat is not None or c.place is not Place.FLOW or c.virtual:
        return False
    if isinstance(c.pending, Listen):
        return not c.pending.secret
    return bool(c.taps) and not (isinstance(c.pending, Gather) and c.pending.secret)


def _is_listened_to(t: Turn, c: Contact) -> bool:
    """A talk between customer and agent. What is not recorded because it was paused is not listened to either."""
    if c.chat is not None or c.place is not Place.TALKING or not t.queue_config(c).live_transcript:
        return False
    apart = c.on_hold or (c.consult is not None and c.consult.state != CONFERENCE)
    paused = c.payment_since_ms is not None or (c.recording is not None and c.recording.state == "paused")
    return not apart and not paused
