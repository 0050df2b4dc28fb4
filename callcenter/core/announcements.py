"""What who waits is told: their place, and how long it will probably take."""

from __future__ import annotations

from callcenter.core import callback_key
from callcenter.core.prompts import place_in_queue
from callcenter.core.state import Contact
from callcenter.core.turn import Turn
from callcenter.domain.contact import Place
from callcenter.domain.effects import Play, QueueAnnounced
from callcenter.domain.waits import MINUTE_MS, about_minutes


def announce(t: Turn, contact: str) -> None:
    """Tell a waiting customer their place; while an agent is being rung, wait for the next turn."""
    c = t.contact(contact)
    if c is None or c.place not in (Place.WAITING, Place.OFFERED):
        return
    config = t.queue_config(c)
    settings = config.announcements
    if settings.every_ms:
        t.start_timer(f"announce:{c.id}", t.now + settings.every_ms)
    if c.place is Place.OFFERED or c.playing:
        return
    position = t.acd.position(c.id)
    wait = t.acd.told_wait_ms(c.id, t.now) if settings.expected_wait else None
    if c.chat is not None:
        _told(t, c, position, wait)
        return
    place = place_in_queue(t.state.config.prompts, c, position, wait) if settings.position else ()
    prompts = (*place, *callback_key.offered(t, c, config))
    if not prompts:
        return
    t.quiet(c)
    c.playing = t.request(c)
    t.emit(Play(contact=c.id, leg=c.customer_leg, request=c.playing, prompts=prompts))
    if settings.position:
        _told(t, c, position, wait)


def _told(t: Turn, c: Contact, position: int, wait_ms: int | None) -> None:
    """Note what the customer was told. The first time they hear is the one they judge us by."""
    if wait_ms is not None and c.told_ms is None:
        c.told_ms, c.told_at_ms = about_minutes(wait_ms) * MINUTE_MS, t.now
    t.emit(QueueAnnounced(contact=c.id, queue=c.queue, position=position, expected_wait_ms=wait_ms))


def announcement_over(t: Turn, c: Contact, request: str) -> None:
    """Back to music after an announcement."""
    if request != c.playing:
        return
    c.playing = ""
    if c.place in (Place.WAITING, Place.OFFERED, Place.AGENT_LOST):
        t.music_on(c)
