"""Why a message did not reach the visitor, in the words that the agent reads in the conversation."""

from __future__ import annotations

from callcenter.domain.chat import Message

_QUOTED = 20
_HEAD = {"zh": "未送达“{quote}”：{why}", "en": "Not delivered “{quote}”: {why}"}
_WHY: dict[str, dict[str, str]] = {
    "wecom_window_over": {
        "zh": "客户已超过 48 小时没有发言，微信不再允许发送；请等客户再次发言，或改用电话联系。",
        "en": "the customer wrote more than 48 hours ago, and WeChat lets nothing through; wait or telephone.",
    },
    "wecom_five_used": {
        "zh": "客户上次发言后最多可发 5 条，已经用完；客户再次发言后才能继续发送。",
        "en": "all 5 messages after the customer's last one are used; write again once they have written.",
    },
    "wecom_session": {
        "zh": "该客户在微信侧的会话已结束，或由企业微信中的接待人员接待。",
        "en": "the session at WeChat has ended, or somebody in WeCom itself serves this customer.",
    },
    "wecom_rejected": {"zh": "客户拒收消息。", "en": "the customer refuses messages."},
    "wecom_account": {
        "zh": "微信客服账号或应用已停用，或企业未验证；请告知管理员。",
        "en": "the customer service account or its app is switched off or not verified; tell an administrator.",
    },
    "wecom_kind": {"zh": "微信客服不允许发送这种消息。", "en": "WeChat does not allow this kind of message."},
    "wecom_file": {"zh": "微信不接收这个文件（类型或大小）。", "en": "WeChat does not take this file (kind or size)."},
    "unreachable": {"zh": "多次尝试后仍连不上微信，请稍后再发。", "en": "WeChat was not reached after several tries."},
}
_ELSE = {"zh": "微信拒绝了这条消息（{code}）。", "en": "WeChat refused it ({code})."}


def undelivered_text(message: Message, code: str, language: str) -> str:
    """One sentence that quotes the message's beginning and says why, and what can be done."""
    language = language if language in _HEAD else "zh"
    said = message.file.name if message.file is not None else " ".join(message.text.split())
    quote = said if len(said) <= _QUOTED else said[: _QUOTED - 1] + "…"
    why = _WHY[code][language] if code in _WHY else _ELSE[language].format(code=code)
    return _HEAD[language].format(quote=quote, why=why)
