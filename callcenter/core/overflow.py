"""Carries out what :mod:`callcenter.routing.overflow` says: looks in time, and sends the contact on.

A virtual caller stays in its queue: nobody is on the line who could be sent anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from callcenter.core.state import Contact
from callcenter.core.turn import Turn
from callcenter.domain.config import QueueConfig
from callcenter.domain.contact import Place, Why
from callcenter.routing import overflow as rules

CALLBACK = "callback"
"""The target that offers a callback, by the flow of the queue's rule."""


def settle(t: Turn, c: Contact, config: QueueConfig) -> bool:
    """Hand a contact that begins to wait on at once if a condition holds, else see to it that it is looked at again."""
    if c.place is Place.WAITING and _hand_on(t, c, config):
        return True
    arm(t, c, config)
    return False


def arm(t: Turn, c: Contact, config: QueueConfig) -> None:
    """Wake up when the next time condition falls due, and every few seconds where others are to be watched."""
    if c.virtual:
        return
    config = _rules_of(c, config)
    due_ms = rules.next_due_ms(config, c.overflows_taken, c.joined_ms or t.now)
    if due_ms is not None:
        t.start_timer(f"overflow:{c.id}", max(t.now, due_ms, _next_hand_on_ms(c)))
    watch = f"watch:{config.id}"
    if rules.watches(config) and watch not in t.state.timers:
        t.start_timer(watch, t.now + rules.LOOK_EVERY_MS)


def due(t: Turn, contact: str) -> None:
    """A waiting time was reached at which the queue hands contacts on."""
    c = t.contact(contact)
    config = t.state.config.queues.get(c.queue) if c is not None else None
    if c is not None and config is not None and c.place is Place.WAITING and not _hand_on(t, c, config):
        arm(t, c, config)


def look(t: Turn, queue: str) -> None:
    """Look at everybody who waits in a queue with watched conditions; goes on while anybody does."""
    config = t.state.config.queues.get(queue)
    if config is None or not rules.watches(config):
        return
    stay, waits = False, rules.waits_for(t.acd, config, t.now)
    for contact in t.acd.waiting(queue):
        c = t.contact(contact)
        if c is not None and c.place is Place.WAITING and not _hand_on(t, c, config, waits):
            stay = True
    if stay:
        t.start_timer(f"watch:{queue}", t.now + rules.LOOK_EVERY_MS)


def staff_left(t: Turn) -> None:
    """Somebody signed out: conditions on who is signed in may hold from now on."""
    for queue in t.state.config.queues:
        look(t, queue)


def reconfigured(t: Turn) -> None:
    """Rules may be others now: who waits takes those that hold at once, and is watched by the rest."""
    for contact, c in list(t.state.contacts.items()):
        if c.place is Place.WAITING:
            c.overflows_taken = 0
            t.cancel_timer(f"overflow:{contact}")
            due(t, contact)


def _hand_on(t: Turn, c: Contact, config: QueueConfig, waits: Mapping[str, int | None] | None = None) -> bool:
    if c.virtual or t.now < _next_hand_on_ms(c):
        return False
    config = _rules_of(c, config)
    waited_ms = t.now - (c.joined_ms or t.now)
    found = rules.first_that_holds(t.acd, c.id, config, c.overflows_taken, waited_ms, t.now, waits)
    if found is None:
        return False
    index, code = found
    c.overflows_taken = index + 1
    c.handed_on = {**c.handed_on, c.queue: t.now}
    target = config.overflow[index].target
    c.callback_offered = c.callback_offered or target == CALLBACK
    t.send(c, target, Why(code=code, detail={"from": c.queue, "waited_ms": waited_ms}))
    return True


def _next_hand_on_ms(c: Contact) -> int:
    """When its queue may hand the contact on again: a flow that leads straight back must not go round for ever."""
    before_ms = c.handed_on.get(c.queue)
    return 0 if before_ms is None else before_ms + rules.LOOK_EVERY_MS


def _rules_of(c: Contact, config: QueueConfig) -> QueueConfig:
    """Whoever was offered a callback and declined is not asked again."""
    if not c.callback_offered:
        return config
    return replace(config, overflow=tuple(rule for rule in config.overflow if rule.target != CALLBACK))
