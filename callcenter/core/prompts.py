"""What the centre itself says, outside flows: place in the queue, an agent's line lost, sorry. One sentence each."""

from __future__ import annotations

from callcenter.core.state import Contact
from callcenter.domain.contact import Prompt

_TEXTS: dict[str, dict[str, str]] = {
    "position": {
        "zh": "您前面还有{ahead}位客户，请稍候。",
        "en": "There are {ahead} callers ahead of you. Please stay on the line.",
    },
    "next": {
        "zh": "您是下一位，请稍候。",
        "en": "You are next in line. Please stay on the line.",
    },
    "wait": {
        "zh": "预计等待约{minutes}分钟。",
        "en": "The expected wait is about {minutes} minutes.",
    },
    "wait_short": {
        "zh": "预计等待不到一分钟。",
        "en": "The expected wait is less than a minute.",
    },
    "agent_lost": {
        "zh": "非常抱歉，坐席线路中断，正在优先为您转接其他坐席，请不要挂机。",
        "en": "We are sorry, your agent was disconnected. You are first in line for the next one; please hold.",
    },
    "transfer_failed": {
        "zh": "抱歉，暂时无法接通，正在为您优先转接其他坐席。",
        "en": "Sorry, that line did not answer. We are connecting you to another agent first.",
    },
    "sorry": {
        "zh": "非常抱歉，系统暂时无法处理您的请求，请稍后再拨。再见。",
        "en": "We are sorry, we cannot help you right now. Please call again later. Goodbye.",
    },
}


def say(contact: Contact, text: str, **values: object) -> Prompt:
    """The sentence in the customer's language; Chinese where we have no other, slower on an elder's call."""
    language = contact.language if contact.language in ("zh", "en") else "zh"
    rate = float(contact.variables.get("speech_rate") or 1.0)
    return Prompt(text=_TEXTS[text][language].format(**values), language=language, rate=rate)


def place_in_queue(contact: Contact, position: int, expected_wait_ms: int | None) -> tuple[Prompt, ...]:
    """What a waiting customer is told; the wait only when it is known."""
    first = say(contact, "next") if position <= 1 else say(contact, "position", ahead=position - 1)
    if expected_wait_ms is None:
        return (first,)
    if expected_wait_ms < 60_000:
        return (first, say(contact, "wait_short"))
    return (first, say(contact, "wait", minutes=-(-expected_wait_ms // 60_000)))
