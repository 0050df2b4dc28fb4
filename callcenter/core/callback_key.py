"""A key by which a waiting customer asks to be called back: said with every announcement, listened for from then on."""

from __future__ import annotations

from callcenter.core import callbacks, flows, queueing
from callcenter.core.prompts import callback_wait
from callcenter.core.state import Contact
from callcenter.core.turn import Turn
from callcenter.domain.config import QueueConfig
from callcenter.domain.contact import EndReason, Place, Prompt
from callcenter.domain.effects import Gather, StopGather
from callcenter.domain.events import DigitsGathered, GatherOutcome
from callcenter.flow.numbers import usable_number

LISTEN_MS = 600_000
"""A gather lasts so long, and is asked for again while the customer waits."""


def offered(t: Turn, c: Contact, queue: QueueConfig) -> tuple[Prompt, ...]:
    """What an announcement says about it; from now on the key counts. Nothing where no callback could be booked."""
    key = queue.announcements.callback_key
    if not key or not (_flow(t, queue) or usable_number(c.caller)):
        return ()
    if not c.key_request:
        c.key_request = t.request(c)
        listen(t, c)
    return (t.say(c, "callback_key", key=key),)


def listen(t: Turn, c: Contact) -> None:
    """Ask for the keys; what was typed in the menu before is none. Again, after the PBX or we were away, if need be."""
    if not c.key_request:
        return
    t.emit(
        Gather(
            contact=c.id,
            leg=c.customer_leg,
            request=c.key_request,
            terminator="",
            first_timeout_ms=LISTEN_MS,
            type_ahead=False,
        )
    )


def stop(t: Turn, c: Contact) -> None:
    """The customer does not wait any more."""
    if c.key_request:
        t.emit(StopGather(contact=c.id, leg=c.customer_leg, request=c.key_request))
        c.key_request = ""


def pressed(t: Turn, c: Contact, e: DigitsGathered) -> bool:
    """A key while waiting; False when the gather was not ours. While an agent is being rung, no key counts."""
    if not c.key_request or e.request != c.key_request:
        return False
    c.key_request = ""
    queue = t.state.config.queues.get(c.queue)
    if queue is None or c.place not in (Place.WAITING, Place.OFFERED) or e.outcome is GatherOutcome.FAILED:
        return True
    if c.place is Place.WAITING and e.digits and e.digits == queue.announcements.callback_key:
        _asked(t, c, queue)
    else:
        c.key_request = t.request(c)
        listen(t, c)
    return True


def _asked(t: Turn, c: Contact, queue: QueueConfig) -> None:
    """By the queue's flow, which may ask for number and time; else at once, to the number they call from."""
    c.callback_offered = True
    flow = _flow(t, queue)
    if flow:
        queueing.leave(t, c, "callback_offer")
        flows.start(t, c, flow)
        return
    wait = t.acd.told_wait_ms(c.id, t.now)
    queueing.leave(t, c, "callback")
    t.move(c, Place.FLOW)
    callbacks.book(t, c, queue.id, c.caller)
    said = (t.say(c, "callback_booked"), callback_wait(t.state.config.prompts, c, wait))
    flows.last_words(t, c, said, EndReason.CALLBACK_BOOKED)


def _flow(t: Turn, queue: QueueConfig) -> str:
    return queue.callback.flow if queue.callback.flow in t.interpreter.flows else ""
