"""What a browser would make of a page: elements and attributes that can only have come out of a payload."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

MARK = "zq7"
NASTY = (
    "<script>window.__owned=1</script>"
    "\"><img src=x onerror=window.__owned=1 zq7a>'><svg/onload=window.__owned=1 id=zq7b>"
    "' onfocus='window.__owned=1' zq7c='\" autofocus onfocus=\"window.__owned=1\" zq7d=\""
    "{{7777*7}}${7777*7}<%=7777*7%>{%zq7%}"
    "</textarea></title></script></style></option></button>--><zq7e><a href=javascript:window.__owned=1>"
    "&lt;zq7f&gt;\u202e\u2066\ufeff\uff1cscript\uff1e\u2028😀`\\\r\nSet-Cookie: zq7=1"
)
"""Every way out of text, attributes, comments and raw elements that is known to us, in one string."""
EVALUATED = "54439"
_ADDRESSES = frozenset({"href", "src", "action", "formaction", "data", "poster", "xlink:href", "hx-get", "hx-post"})


class Found(HTMLParser):
    """Collects what must not be there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if MARK in tag or (tag == "script" and not any(name == "src" for name, _ in attrs)):
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            text = (value or "").strip().lower()
            if MARK in name or name.startswith("on") or name == "style":
                self.wrong.append(f"<{tag} {name}=…>")
            if name in _ADDRESSES and text.startswith(("javascript:", "data:text", "vbscript:", "//", "x")):
                self.wrong.append(f"<{tag} {name}={text[:40]}>")


def wrong_in(html: str) -> list[str]:
    """What is wrong in a page or a piece of one."""
    found = Found()
    found.feed(html)
    found.close()
    return found.wrong + ([f"evaluated: {EVALUATED}"] if EVALUATED in html else [])


def pieces_of(stream: str) -> Iterator[str]:
    """The markup inside a stream's events."""

    def texts(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            if "<" in value:
                yield value
        elif isinstance(value, dict):
            for inner in value.values():
                yield from texts(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from texts(inner)

    for line in stream.split("\n"):
        if line.startswith("data: ") and line[6:7] in "{[":
            yield from texts(json.loads(line[6:]))
