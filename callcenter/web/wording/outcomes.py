"""Outcomes, step kinds, states and variables in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Channel, EndReason
from callcenter.web.i18n import N_
from callcenter.web.wording.words import Words

_END = {
    EndReason.CUSTOMER_HUNG_UP: N_("the customer hung up"),
    EndReason.AGENT_HUNG_UP: N_("the agent hung up"),
    EndReason.FLOW_COMPLETED: N_("served by the flow"),
    EndReason.ABANDONED_IN_FLOW: N_("hung up in the menu"),
    EndReason.ABANDONED_IN_QUEUE: N_("hung up while waiting"),
    EndReason.TRANSFERRED_OUT: N_("handed to an outside number"),
    EndReason.VOICEMAIL_LEFT: N_("left a message"),
    EndReason.CALLBACK_BOOKED: N_("booked a callback"),
    EndReason.UNKNOWN_NUMBER: N_("unknown number dialled"),
    EndReason.FLOW_FAILED: N_("the flow failed"),
    EndReason.TELEPHONY_LOST: N_("the telephone system was lost"),
    EndReason.REJECTED: N_("refused"),
    EndReason.VISITOR_SILENT: N_("the visitor wrote no more"),
    EndReason.MESSAGE_LEFT: N_("left a message"),
    EndReason.QUEUE_CLOSED: N_("the queue was closed"),
    EndReason.CALLBACK_FAILED: N_("not reached by callback"),
    EndReason.NOT_REACHED: N_("not reached"),
    EndReason.NO_AGENT: N_("answered, but no agent was free"),
    EndReason.CALLBACK_WITHDRAWN: N_("callback taken off the list"),
    EndReason.SUPERSEDED: N_("the customer rang again"),
}
_CHAT_END = {
    EndReason.CUSTOMER_HUNG_UP: N_("the visitor ended it"),
    EndReason.AGENT_HUNG_UP: N_("the agent ended it"),
    EndReason.ABANDONED_IN_FLOW: N_("left before asking for a person"),
    EndReason.ABANDONED_IN_QUEUE: N_("left while waiting"),
}
_CHANNELS = {
    Channel.VOICE: N_("Telephone"),
    Channel.CHAT: N_("Chat"),
}
_STEPS = {
    "say": N_("Announcement"),
    "menu": N_("Menu"),
    "gather": N_("Asked for keys"),
    "branch": N_("Decision"),
    "hours": N_("Opening hours"),
    "set": N_("Noted"),
    "http": N_("Business service"),
    "service": N_("Business service"),
    "call": N_("Business service"),
    "queue": N_("To a queue"),
    "transfer": N_("Transfer"),
    "voicemail": N_("Voicemail"),
    "callback": N_("Callback offer"),
    "survey": N_("Survey"),
    "hangup": N_("Hang up"),
    "hang_up": N_("Hang up"),
    "goto": N_("Other flow"),
    "flow": N_("Other flow"),
    "assistant": N_("Assistant"),
    "listen": N_("Waits for a sentence"),
    "book": N_("Callback booked"),
}
_WAITS = {
    "connected": N_("Waited %(time)s in %(queue)s, then connected"),
    "abandoned": N_("Hung up after waiting %(time)s in %(queue)s"),
    "overflow": N_("Left %(queue)s after %(time)s: overflow"),
    "callback": N_("Left %(queue)s after %(time)s: callback booked"),
    "callback_offer": N_("Left %(queue)s after %(time)s: asked about a callback"),
    "dialling": N_("Waited %(time)s in %(queue)s, then an agent took it"),
    "closed": N_("Left %(queue)s after %(time)s: closed by hand"),
    "paused": N_("Left %(queue)s after %(time)s: nobody may be called now"),
    "booked_again": N_("Left %(queue)s after %(time)s: booked again"),
    "ended": N_("Left %(queue)s after %(time)s"),
    "transferred": N_("Left %(queue)s after %(time)s: handed on"),
}
_TALKS = {
    "hung_up": N_("%(agent)s hung up"),
    "customer_hung_up": N_("The customer hung up on %(agent)s"),
    "transferred": N_("%(agent)s left after the handover"),
    "conference": N_("%(agent)s left the conference"),
    "taken_over": N_("%(agent)s left after the take-over"),
    "lost": N_("The connection to %(agent)s was lost"),
    "connection_lost": N_("The connection to %(agent)s was lost"),
    "telephony_lost": N_("The telephone system was lost while talking with %(agent)s"),
}
_VARIABLES = {
    "language": N_("Language"),
    "verified": N_("Verified"),
    "card_tail": N_("Card ends in"),
    "elder": N_("Elder customer"),
    "level": N_("Level"),
    "known": N_("Known customer"),
    "name": N_("Full name"),
    "topic": N_("Topic"),
    "reason": N_("Reason"),
    "balance": N_("Account balance"),
    "amount": N_("Amount"),
    "date": N_("Date"),
    "phone": N_("Phone number"),
    "period": N_("Period"),
    "months": N_("Instalments over"),
    "call_time": N_("Call at"),
    "subject": N_("About"),
    "product": N_("Product"),
    "branch": N_("Branch"),
    "id_tail": N_("Identity document"),
    "verification_key": N_("Telephone PIN"),
    "confirmed": N_("Confirmed"),
    "ticket": N_("Ticket number"),
    "risk_word": N_("Word of risk"),
    "service_ok": N_("Service agreed"),
}
_VALUES = {
    "zh": N_("Chinese"),
    "en": N_("English"),
    "True": N_("yes"),
    "False": N_("no"),
    "gold": N_("gold"),
    "platinum": N_("platinum"),
}
_STATES = {
    AgentState.LOGGED_OUT: N_("Signed out"),
    AgentState.AVAILABLE: N_("Available"),
    AgentState.OFFERED: N_("Ringing"),
    AgentState.BUSY: N_("On contact"),
    AgentState.WRAP_UP: N_("Wrap-up"),
    AgentState.ON_BREAK: N_("Break"),
}
SHAPES = {
    AgentState.LOGGED_OUT: "—",
    AgentState.AVAILABLE: "○",
    AgentState.OFFERED: "◔",
    AgentState.BUSY: "●",
    AgentState.WRAP_UP: "✎",
    AgentState.ON_BREAK: "☕\ufe0e",
}
"""One shape for each state, the same on all pages; never only a colour."""


def end_reason(words: Words, reason: str, channel: str = "") -> str:
    """Why a contact ended; nobody hangs up in a chat."""
    text = None
    if reason in set(EndReason):
        ended = EndReason(reason)
        text = _CHAT_END.get(ended, _END[ended]) if channel == Channel.CHAT else _END[ended]
    return words.gettext(text) if text else reason


def channel_word(words: Words, channel: str) -> str:
    """The medium of a contact."""
    text = _CHANNELS.get(Channel(channel)) if channel in set(Channel) else None
    return words.gettext(text) if text else channel


def step_kind(words: Words, kind: str) -> str:
    """A kind of flow step."""
    return words.gettext(_STEPS[kind]) if kind in _STEPS else kind


def step_name(words: Words, flow: str, step: str, *, known: str = "") -> str:
    """A flow's step as people read it: ``Hotline › Lost card``; the step alone where the flow is ``known``."""
    name = words.step(flow, step)
    return name if flow in ("", known) else f"{words.flow(flow)} › {name}"


def step_path(words: Words, path: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The way through the flows, ``hotline/card_loss`` …, as flows with the names of their steps.

    Steps of one name in a row are one: the assistant goes through many to ask one thing.
    """
    flows: list[tuple[str, list[str]]] = []
    for place in path:
        flow, _, step = place.rpartition("/")
        if not flows or flows[-1][0] != words.flow(flow):
            flows.append((words.flow(flow), []))
        name = words.step(flow, step)
        if flows[-1][1][-1:] != [name]:
            flows[-1][1].append(name)
    return flows


def wait_outcome(words: Words, outcome: str, queue: str, time: str) -> str:
    """How a wait ended."""
    text = _WAITS.get(outcome)
    if text:
        return words.gettext(text, queue=queue, time=time)
    return words.gettext("Left %(queue)s after %(time)s (%(outcome)s)", queue=queue, time=time, outcome=outcome)


def talk_outcome(words: Words, outcome: str, agent: str) -> str:
    """How an agent's part ended."""
    text = _TALKS.get(outcome)
    if text:
        return words.gettext(text, agent=agent)
    return words.gettext("%(agent)s left (%(outcome)s)", agent=agent, outcome=outcome)


def state_word(words: Words, state: AgentState) -> str:
    """An agent's state in one word."""
    return words.gettext(_STATES[state])


def variable_name(words: Words, name: str) -> str:
    """What is known about the customer: the name of it."""
    return words.gettext(_VARIABLES[name]) if name in _VARIABLES else name


def variable_value(words: Words, value: Any) -> str:
    """What is known about the customer: the value."""
    text = str(value)
    return words.gettext(_VALUES[text]) if text in _VALUES else text


def variable(words: Words, name: str, value: Any) -> str:
    """Name and value."""
    named, said = variable_name(words, name), variable_value(words, value)
    return words.gettext("%(name)s: %(value)s", name=named, value=said)
