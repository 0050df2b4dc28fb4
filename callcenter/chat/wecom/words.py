"""What the channel itself says to customers, by language; as the transcript's, not the pages', for no page asks."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "zh": {"closed": "本次会话已结束，感谢您的咨询。", "survey": "本次会话已结束，请为我们的服务打分："},
    "en": {
        "closed": "This conversation has ended. Thank you.",
        "survey": "This conversation has ended. How did we do?",
    },
}
RATINGS: dict[str, tuple[str, ...]] = {
    "zh": ("非常不满意", "不满意", "一般", "满意", "非常满意"),
    "en": ("Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"),
}
"""From 1 to 5."""
NOT_TAKEN = {"zh": "（不能接收，请客户换一种方式发送）", "en": "(can not be taken; ask for it in another form)"}
