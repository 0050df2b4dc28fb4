"""What the centre itself says, outside flows: place in the queue, an agent's line lost, sorry. One sentence each."""

from __future__ import annotations

from collections.abc import Mapping

from callcenter.core.state import Contact
from callcenter.domain.contact import Prompt
from callcenter.domain.names import Names
from callcenter.domain.waits import about_minutes

SENTENCES: dict[str, Names] = {
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
    "chat_joined": {
        "zh": "人工坐席已接入，很高兴为您服务。",
        "en": "You are now speaking with one of our staff.",
    },
    "chat_agent_lost": {
        "zh": "非常抱歉，坐席连接中断，正在优先为您转接其他坐席，请稍候。",
        "en": "We are sorry, your agent was disconnected. You are first in line for the next one; please wait.",
    },
    "still_there": {
        "zh": "请问您还在线吗？如果长时间没有回复，本次会话将自动结束。",
        "en": "Are you still there? If we do not hear from you, this chat will end by itself.",
    },
    "chat_silent": {
        "zh": "由于长时间没有收到您的回复，本次会话已结束。欢迎您随时再次咨询。",
        "en": "As we have not heard from you, this chat has ended. You are welcome to write again at any time.",
    },
    "queue_closed": {
        "zh": "非常抱歉，该业务暂停人工服务，请稍后再拨或使用手机银行。再见。",
        "en": "We are sorry, nobody can take this call at present. Please call again later. Goodbye.",
    },
    "no_agent": {
        "zh": "您好，这里是{name}。抱歉，暂时没有坐席可以为您服务，打扰了，再见。",
        "en": "Hello, this is {name}. We are sorry, nobody is free to speak with you. Sorry to disturb you. Goodbye.",
    },
    "machine": {
        "zh": "您好，这里是{name}。现在没能与您通话，我们会另行联系您。再见。",
        "en": "Hello, this is {name}. We could not speak with you just now and will be in touch again. Goodbye.",
    },
    "callback_key": {
        "zh": "如需我们给您回电，请按{key}，您的排队位置会为您保留。",
        "en": "To be called back instead, press {key}. You keep your place.",
    },
    "callback_booked": {
        "zh": "已为您登记回电，您的排队位置已保留，请保持电话畅通。",
        "en": "We will call you back, and you keep your place. Please keep your telephone free.",
    },
    "callback_wait": {
        "zh": "预计约{minutes}分钟后给您回电。再见。",
        "en": "We expect to call you in about {minutes} minutes. Goodbye.",
    },
    "callback_wait_unknown": {
        "zh": "具体回电时间暂时无法准确告知。再见。",
        "en": "We cannot say exactly when that will be. Goodbye.",
    },
    "sorry": {
        "zh": "非常抱歉，系统暂时无法处理您的请求，请稍后再拨。再见。",
        "en": "We are sorry, we cannot help you right now. Please call again later. Goodbye.",
    },
}
"""What the centre says when nobody worded it otherwise; ``{ahead}``, ``{minutes}`` and ``{key}`` are filled in."""


SOUND_FILE = "file:"
"""A sentence that begins so is a sound of the prompts folder instead of words to be spoken."""


def say(wording: Mapping[str, Names], contact: Contact, sentence: str, **values: object) -> Prompt:
    """A sentence in the customer's language; Chinese where we have no other, slower on an elder's call.

    ``wording`` are the tenant's own sentences, by the keys of :data:`SENTENCES`.
    """
    language = contact.language if contact.language in ("zh", "en") else "zh"
    own = wording.get(sentence, {}).get(language, "")
    return _prompt(contact, own or SENTENCES[sentence][language], language, values)


def announce(contact: Contact, words: Names) -> Prompt | None:
    """Words given by hand, in the customer's language or else in any; None when there are none."""
    language = contact.language if words.get(contact.language) else next((key for key in words if words[key]), "")
    return _prompt(contact, words[language], language, {}) if language else None


def _prompt(contact: Contact, words: str, language: str, values: Mapping[str, object]) -> Prompt:
    if words.startswith(SOUND_FILE):
        return Prompt(file=words.removeprefix(SOUND_FILE))
    rate = float(contact.variables.get("speech_rate") or 1.0)
    for name, value in values.items():
        words = words.replace("{" + name + "}", str(value))
    return Prompt(text=words, language=language, rate=rate)


def place_in_queue(
    wording: Mapping[str, Names], contact: Contact, position: int, expected_wait_ms: int | None
) -> tuple[Prompt, ...]:
    """What a waiting customer is told; the wait only when it is known."""
    ahead = position - 1
    first = say(wording, contact, "next") if ahead <= 0 else say(wording, contact, "position", ahead=ahead)
    if expected_wait_ms is None:
        return (first,)
    if expected_wait_ms < 60_000:
        return (first, say(wording, contact, "wait_short"))
    return (first, say(wording, contact, "wait", minutes=about_minutes(expected_wait_ms)))


def callback_wait(wording: Mapping[str, Names], contact: Contact, expected_wait_ms: int | None) -> Prompt:
    """When a customer will probably be called back, as far as it can be said."""
    if expected_wait_ms is None:
        return say(wording, contact, "callback_wait_unknown")
    return say(wording, contact, "callback_wait", minutes=about_minutes(expected_wait_ms))
