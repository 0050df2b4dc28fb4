"""What words say about taking turns: mere listening, a sentence that is complete, one that goes on."""

from __future__ import annotations

import re

_MARKS = re.compile(r"[\s,，.。!！?？、;；:：~…-]+")
_CHINESE = (
    "嗯 嗯嗯 嗯哼 哦 噢 喔 啊 诶 欸 唉 好 好的 好好 好的好的 对 对对 对的 是 是的 是是 行 可以 明白 知道 知道了 没错"
)
_ENGLISH = "mhm mmhm mm hm hmm uh huh uhhuh yeah yes yep ok okay right sure alright"
_BACK_CHANNELS = frozenset(f"{_CHINESE} {_ENGLISH}".split())
_BACK_CHANNELS_LONG = frozenset({"mm hm", "uh huh", "i see", "all right", "yeah yeah", "yes yes", "ok ok"})
_COMPLETE = re.compile(
    r"([。！？!?.]|谢谢|吗|呢|吧|了|多少钱|怎么办|please|thanks|thank you|(?:^|\s)(?:yes|no)|不用了|没有了|是的|不是)$",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"(嗯|那个|这个|就是|因为|所以|但是|然后|还有|和|跟|或者|我想|我的|我要|如果|的话|把|给|是|,|，|…"
    r"|\b(?:and|but|because|so|or|the|a|an|my|to|for|with|if|i|is|um|uh|er|like|please my))$",
    re.IGNORECASE,
)


def is_back_channel(text: str) -> bool:
    """Whether it only says that one listens: “嗯”, “好的”, “mm-hm”, also several of them; no text is none."""
    plain = _MARKS.sub(" ", text).strip().lower()
    if not plain:
        return False
    return plain in _BACK_CHANNELS_LONG or all(word in _BACK_CHANNELS for word in plain.split(" "))


def goes_on(text: str) -> bool:
    """Whether the sentence hangs in the air: it ends with “因为”, “那个”, “and”, “my” …"""
    return bool(_OPEN.search(text.strip()))


def is_complete(text: str) -> bool:
    """Whether the sentence looks like an end: a mark, a question, a polite word."""
    stripped = text.strip()
    return bool(_COMPLETE.search(stripped)) and not goes_on(stripped)
