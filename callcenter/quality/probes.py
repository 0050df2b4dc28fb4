"""Conversations with nothing in common. A rule that is found in all of them says nothing about any of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from callcenter.quality.conditions import Node, Not, Regex, Use, Words, children
from callcenter.quality.literals import required
from callcenter.quality.transcript import SPEAKERS, Call, Transcript, Turn, fold


def _spoken(language: str, call: Call, *said: tuple[str, str], gap_ms: int = 300) -> Transcript:
    turns: list[Turn] = []
    now = 0
    for number, (speaker, text) in enumerate(said):
        end = now + 250 * len(text)
        turns.append(Turn(speaker, now, end, text, folded=fold(text), number=number))  # type: ignore[arg-type]
        now = end + gap_ms
    return Transcript("probe", tuple(turns), language, call, duration_ms=now)


PROBES: tuple[Transcript, ...] = (
    _spoken("zh", Call(), ("customer", "喂")),
    _spoken(
        "zh",
        Call(queue="service", verified=True),
        ("agent", "您好，这里是示例银行，工号八零零一为您服务"),
        ("customer", "我想问一下网点几点开门"),
        ("agent", "早上九点开门，请问还有其他可以帮您的吗"),
        ("customer", "没有了"),
        ("agent", "感谢来电，请稍后为本次服务评价，再见"),
    ),
    _spoken(
        "en",
        Call(direction="outbound", medium="chat", bot=True),
        ("bot", "Good morning, this is the bank's assistant"),
        ("customer", "Which documents do I bring?"),
        ("bot", "Your passport, please"),
    ),
    _spoken("en", Call(), ("agent", "hm"), ("customer", "right"), gap_ms=60_000),
)


def probe_for(nodes: Iterable[Node], conditions: Mapping[str, Node]) -> Transcript | None:
    """A conversation in which everybody says every word that the conditions name.

    A rule about what is missing finds nothing there. None where that can not be made: a regular expression is denied
    and nothing tells which text it would match.
    """
    words: set[str] = set()
    for node in nodes:
        if not _collect(node, conditions, words, denied=False):
            return None
    said = "。".join(sorted(words)) or "嗯"
    call = Call(direction="outbound", medium="chat")
    return _spoken("zh", call, *((speaker, said) for _ in range(2) for speaker in SPEAKERS))


def _collect(node: Node, conditions: Mapping[str, Node], words: set[str], *, denied: bool) -> bool:
    if isinstance(node, Words):
        words.update(node.words)
    elif isinstance(node, Regex):
        words.update(required(node.pattern) or ())
        return not denied
    elif isinstance(node, Use):
        return _collect(conditions[node.name], conditions, words, denied=denied)
    inner = denied or isinstance(node, Not)
    return all(_collect(child, conditions, words, denied=inner) for child in children(node))
