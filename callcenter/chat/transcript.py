"""A conversation as a text or a page of its own, to be kept by the visitor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from callcenter.domain.chat import Conversation, Message

_WORDS: dict[str, dict[str, str]] = {
    "zh": {"title": "聊天记录", "visitor": "我", "agent": "客服", "bot": "智能助手", "system": "系统"},
    "en": {"title": "Chat transcript", "visitor": "Me", "agent": "Agent", "bot": "Assistant", "system": "System"},
}
_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}"
    "li{margin:.6rem 0;white-space:pre-wrap;overflow-wrap:anywhere}ul{list-style:none;padding:0}small{color:#666}"
)


def transcript_text(
    conversation: Conversation, messages: Sequence[Message], language: str, timezone: str = "Asia/Shanghai"
) -> str:
    """Plain text, a message a paragraph; times are those of ``timezone``."""
    words = _WORDS.get(language, _WORDS["zh"])
    head = f"{words['title']} · {_time(conversation.opened_ms, timezone)}"
    parts = [f"{_time(m.at_ms, timezone)} {words[m.author]}\n{_said(m)}" for m in messages]
    return "\n\n".join([head, *parts]) + "\n"


def transcript_html(
    conversation: Conversation, messages: Sequence[Message], language: str, timezone: str = "Asia/Shanghai"
) -> str:
    """A page without scripts or anything from elsewhere."""
    words = _WORDS.get(language, _WORDS["zh"])
    items = "".join(
        f"<li><small>{escape(_time(m.at_ms, timezone))} {escape(words[m.author])}</small><br>{escape(_said(m))}</li>"
        for m in messages
    )
    return (
        f'<!doctype html><html lang="{"en" if language == "en" else "zh-CN"}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(words["title"])}</title>'
        f"<style>{_STYLE}</style><h1>{escape(words['title'])}</h1>"
        f"<p>{escape(_time(conversation.opened_ms, timezone))}</p><ul>{items}</ul></html>\n"
    )


def _said(message: Message) -> str:
    text = message.file.name if message.file is not None else message.text
    return "\n".join([text, *(f"– {choice.text}" for choice in message.choices)])


def _time(at_ms: int, timezone: str) -> str:
    return datetime.fromtimestamp(at_ms / 1_000, ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M:%S")
