"""What is done from the floor page: agents' states, messages, queues closed by hand, alarms."""

from __future__ import annotations

from msgspec.structs import replace

from callcenter.core import callback_waits, queueing
from callcenter.core.turn import Turn
from callcenter.domain.agent import AgentState
from callcenter.domain.alarms import UNSERVED_RULE, Alarm
from callcenter.domain.config import CenterConfig
from callcenter.domain.contact import Place
from callcenter.domain.effects import AlarmStood, MessagePosted, QueueOpenness
from callcenter.domain.errors import Rejected
from callcenter.domain.events import (
    AgentStateForced,
    AlarmAcknowledged,
    MessageRead,
    MessageSent,
    QueueClosed,
    QueueReopened,
    ThresholdPassed,
)
from callcenter.domain.views import Closure, MessageView

MESSAGES_KEPT = 10
MESSAGE_LENGTH = 1_000


def force_state(t: Turn, e: AgentStateForced) -> None:
    """Set another agent's state; what does not suit the moment takes effect after the contact.

    Refused: ``unknown_agent``, ``not_signed_in``, ``desk_not_open`` (available without a page to ring),
    ``state_not_requestable``.
    """
    if e.agent not in t.state.config.agents:
        raise Rejected("unknown_agent", e.agent)
    if e.state is AgentState.LOGGED_OUT:
        queueing.apply(t, t.acd.sign_out(e.agent, t.now))
        t.cancel_timer(f"desk:{e.agent}")
        return
    if e.state is AgentState.AVAILABLE and not t.desk(e.agent).connected:
        raise Rejected("desk_not_open", e.agent)
    queueing.apply(t, t.acd.request_state(e.agent, e.state, e.reason, t.now))


def send_message(t: Turn, e: MessageSent) -> None:
    """Put a message on agents' pages. Refused: ``message_empty``, ``message_too_long``, ``unknown_agent``."""
    text = e.text.strip()
    if not text:
        raise Rejected("message_empty")
    if len(text) > MESSAGE_LENGTH:
        raise Rejected("message_too_long", str(MESSAGE_LENGTH))
    known = tuple(agent for agent in dict.fromkeys(e.agents) if agent in t.state.config.agents)
    if not known:
        raise Rejected("unknown_agent")
    for agent in known:
        desk = t.desk(agent)
        message = MessageView(id=e.message, by=e.by, text=text, at_ms=t.now)
        desk.messages = [message, *(m for m in desk.messages if m.id != e.message)][:MESSAGES_KEPT]
    t.emit(MessagePosted(message=e.message, agents=known, by=e.by))


def read_message(t: Turn, e: MessageRead) -> None:
    """The agent has read it; one that is gone already needs no reading."""
    desk = t.desk(e.agent)
    desk.messages = [
        MessageView(id=m.id, by=m.by, text=m.text, at_ms=m.at_ms, read=m.read or m.id == e.message)
        for m in desk.messages
    ]


def close_queue(t: Turn, e: QueueClosed) -> None:
    """Close a queue at once and send on who waits there. Closing again changes announcement and target.

    Refused: ``unknown_queue``, ``bad_target``, ``closure_circle``.
    """
    if e.queue not in t.state.config.queues:
        raise Rejected("unknown_queue", e.queue)
    _check_target(t, e)
    t.state.closures[e.queue] = Closure(since_ms=t.now, by=e.by, target=e.target, announcement=e.announcement)
    t.emit(QueueOpenness(queue=e.queue, open=False, by=e.by, target=e.target))
    for c in list(t.state.contacts.values()):
        if c.queue == e.queue and c.place in (Place.WAITING, Place.OFFERED):
            queueing.divert(t, c, e.queue)


def reopen_queue(t: Turn, e: QueueReopened) -> None:
    """Take contacts again. Refused: ``queue_not_closed``."""
    if t.state.closures.pop(e.queue, None) is None:
        raise Rejected("queue_not_closed", e.queue)
    t.emit(QueueOpenness(queue=e.queue, open=True, by=e.by))
    callback_waits.reopened(t, e.queue)


def _check_target(t: Turn, e: QueueClosed) -> None:
    kind, _, address = e.target.partition(":")
    known = {
        "": not e.target,
        "queue": address in t.state.config.queues,
        "flow": address in t.interpreter.flows,
        "number": address.removeprefix("+").isdecimal(),
    }
    if not known.get(kind, False):
        raise Rejected("bad_target", e.target)
    seen = {e.queue}
    while kind == "queue":
        if address in seen:
            raise Rejected("closure_circle", e.target)
        seen.add(address)
        closure = t.state.closures.get(address)
        kind, _, address = closure.target.partition(":") if closure is not None else ("", "", "")


def threshold_passed(t: Turn, e: ThresholdPassed) -> None:
    """A watched figure passed its limit, or is back."""
    rule = next((rule for rule in t.state.config.alarms if rule.id == e.rule), None)
    standing = t.state.alarms.get(f"{e.rule}:{e.subject}")
    if e.raised and rule is not None and standing is None:
        alarm = Alarm(
            rule=rule.id,
            subject=e.subject,
            metric=rule.metric,
            value=e.value,
            limit=rule.limit,
            since_ms=t.now,
            sound=rule.sound,
        )
        t.state.alarms[alarm.id] = alarm
        t.emit(AlarmStood(alarm=alarm, raised=True))
    elif not e.raised and standing is not None:
        del t.state.alarms[standing.id]
        t.emit(AlarmStood(alarm=standing, raised=False))


def acknowledge(t: Turn, e: AlarmAcknowledged) -> None:
    """Somebody looks after it. Refused: ``alarm_gone``."""
    alarm = t.state.alarms.get(e.alarm)
    if alarm is None:
        raise Rejected("alarm_gone", e.alarm)
    if not alarm.acknowledged_by:
        t.state.alarms[e.alarm] = replace(alarm, acknowledged_by=e.by)


def forget_removed(t: Turn, config: CenterConfig) -> None:
    """A new configuration: alarms of rules that are gone end, closures of queues that are gone too."""
    rules = {rule.id for rule in config.alarms}
    rules.add(UNSERVED_RULE)
    for alarm in [alarm for alarm in t.state.alarms.values() if alarm.rule not in rules]:
        del t.state.alarms[alarm.id]
        t.emit(AlarmStood(alarm=alarm, raised=False))
    for queue in [queue for queue in t.state.closures if queue not in config.queues]:
        del t.state.closures[queue]
