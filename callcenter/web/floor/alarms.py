"""Alarms in words: what it is, since when, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callcenter.core.troubles import Trouble
from callcenter.domain.alarms import SHARES, Alarm, Metric
from callcenter.domain.views import FloorView
from callcenter.web.floor.scope import is_about_queue
from callcenter.web.i18n import N_
from callcenter.web.wording.words import Words, short_time

_COUNTS = frozenset({Metric.WAITING, Metric.AGENTS_AVAILABLE, Metric.AGENTS_SIGNED_IN, Metric.UNSERVED})
_WHAT = {
    Metric.WAITING: N_("%(value)s waiting, more than %(limit)s"),
    Metric.LONGEST_WAIT_MS: N_("A customer has waited longer than %(limit)s"),
    Metric.SERVICE_LEVEL: N_("Service level today %(value)s, below %(limit)s"),
    Metric.ABANDONED: N_("%(value)s hung up while waiting today, more than %(limit)s"),
    Metric.AGENTS_AVAILABLE: N_("%(value)s agents available, fewer than %(limit)s"),
    Metric.AGENTS_SIGNED_IN: N_("%(value)s agents signed in, fewer than %(limit)s"),
    Metric.UNSERVED: N_("Somebody waits whom nobody signed in can serve"),
    Metric.TALK_MS: N_("On this contact for longer than %(limit)s"),
    Metric.HOLD_MS: N_("The customer has been on hold for longer than %(limit)s"),
    Metric.WRAP_UP_MS: N_("In wrap-up for longer than %(limit)s"),
    Metric.BREAK_MS: N_("On break for longer than %(limit)s"),
}
_DO = {
    Metric.WAITING: N_("Call agents back from breaks. If the rush stays, divert the queue with a message."),
    Metric.LONGEST_WAIT_MS: N_("Open the queue to see why the first one waits; free an agent with that skill."),
    Metric.SERVICE_LEVEL: N_("Give agents of quieter queues this skill, and put off breaks that can wait."),
    Metric.ABANDONED: N_("Bring in agents, or divert the queue with a message that says what to do instead."),
    Metric.AGENTS_AVAILABLE: N_("Ask agents in wrap-up or on break to come back, or give others this skill."),
    Metric.AGENTS_SIGNED_IN: N_("Call in the reserve, or divert the queue until they are here."),
    Metric.UNSERVED: N_("Call in somebody with the skills asked for, give others the skill, or divert the queue."),
    Metric.TALK_MS: N_("Listen in; whisper what helps, or take over."),
    Metric.HOLD_MS: N_("Ask by message what is missing; listen in, or take over."),
    Metric.WRAP_UP_MS: N_("Ask by message what holds them up; set them available when it is done."),
    Metric.BREAK_MS: N_("Ask by message when they will be back, or set them available."),
}
_FAULTS = {
    "core_failed": (
        N_("A fault of the product while handling %(place)s"),
        N_("The step was left out; the service goes on. Tell the operators: the log says more."),
    ),
    "calendar_year_unknown": (
        N_("A calendar does not know this year: %(place)s"),
        N_("Opening hours are treated as closed. Ask an administrator to extend the calendar."),
    ),
    "prompt_failed": (
        N_("A prompt could not be played: %(place)s"),
        N_("Customers heard nothing there. Tell the operators which flow it is."),
    ),
    "assistant_failed": (
        N_("The assistant could not be asked: %(place)s"),
        N_("Chats go to people at once. Tell the operators: callcenter doctor says what is wrong."),
    ),
}
_UNKNOWN_FAULT = (N_("The product reports %(code)s: %(place)s"), N_("Tell the operators: the log says more."))
_ASSISTANT = (
    N_("The assistant can't be reached"),
    N_("Chats go to people at once; it is used again as soon as it answers. Tell the operators: callcenter doctor."),
)
_TELEPHONY = (
    N_("The telephone system can't be reached"),
    N_("It is being reconnected; calls that are up may go on. Tell the operators if it lasts longer than a minute."),
)


@dataclass(frozen=True, slots=True)
class ShownAlarm:
    """An alarm as it stands on the screen. ``opens`` is ``queue:ID`` or ``agent:ID``, or empty."""

    key: str
    about: str
    what: str
    do: str
    since_ms: int
    opens: str = ""
    alarm: str = ""
    """Its id for acknowledging; empty when that makes no sense."""
    trouble: str = ""
    seen_by: str = ""
    sound: bool = False
    times: int = 1
    personal: bool = False
    """Whether it names a person; a wall shows none."""


def shown_alarms(
    words: Words, floor: FloorView, troubles: Sequence[Trouble], assistant_down: bool = False
) -> list[ShownAlarm]:
    """What nobody looks after yet first, the newest first among equals; before them what is away."""
    found = [_alarm(words, alarm) for alarm in floor.alarms]
    found += [_trouble(words, trouble) for trouble in troubles]
    found.sort(key=lambda alarm: (bool(alarm.seen_by), -alarm.since_ms))
    if assistant_down:
        what, do = (words.gettext(text) for text in _ASSISTANT)
        found.insert(0, ShownAlarm("alarm-assistant", words.gettext("Assistant"), what, do, 0, sound=True))
    if not floor.telephony_up:
        what, do = (words.gettext(text) for text in _TELEPHONY)
        lost = ShownAlarm("alarm-telephony", words.gettext("Telephone system"), what, do, 0, sound=True)
        found.insert(0, lost)
    return found


def figure(metric: Metric, value: float) -> str:
    """A watched figure as people read it."""
    if metric in SHARES:
        return f"{value:.0f} %"
    return f"{value:.0f}" if metric in _COUNTS else short_time(int(value))


def _alarm(words: Words, alarm: Alarm) -> ShownAlarm:
    queue = is_about_queue(alarm)
    return ShownAlarm(
        key=f"alarm-{alarm.id}",
        about=words.queue(alarm.subject) if queue else words.agent(alarm.subject),
        what=words.gettext(
            _WHAT[alarm.metric], value=figure(alarm.metric, alarm.value), limit=figure(alarm.metric, alarm.limit)
        ),
        do=words.gettext(_DO[alarm.metric]),
        since_ms=alarm.since_ms,
        opens=f"{'queue' if queue else 'agent'}:{alarm.subject}",
        alarm=alarm.id,
        seen_by=words.person(alarm.acknowledged_by),
        sound=alarm.sound and not alarm.acknowledged_by,
        personal=not queue,
    )


def _trouble(words: Words, trouble: Trouble) -> ShownAlarm:
    what, do = _FAULTS.get(trouble.code, _UNKNOWN_FAULT)
    return ShownAlarm(
        key=f"trouble-{trouble.id}",
        about=words.gettext("The product"),
        what=words.gettext(what, place=trouble.place, code=trouble.code),
        do=words.gettext(do),
        since_ms=trouble.last_ms,
        trouble=trouble.id,
        times=trouble.count,
    )
