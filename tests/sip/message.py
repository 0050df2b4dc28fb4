"""SIP messages and SDP: just enough for a telephone on the loopback."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass
class Message:
    """A request (``method`` set) or response (``status`` set); headers keep their order."""

    first: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""

    @property
    def method(self) -> str:
        return "" if self.first.startswith("SIP/2.0") else self.first.split(" ", 1)[0]

    @property
    def status(self) -> int:
        return int(self.first.split(" ")[1]) if self.first.startswith("SIP/2.0") else 0

    def get(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name.lower()), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name.lower()]

    @property
    def cseq_method(self) -> str:
        return self.get("cseq").split()[-1]

    def encode(self) -> bytes:
        lines = [self.first, *(f"{key.title()}: {value}" for key, value in self.headers)]
        kind = ["Content-Type: application/sdp"] if self.body else []
        return "\r\n".join([*lines, *kind, f"Content-Length: {len(self.body)}", "", self.body]).encode()


def parse(data: bytes) -> Message | None:
    """A message, or None for a keep-alive."""
    text = data.decode("utf-8", "replace")
    if not text.strip():
        return None
    head, _, body = text.partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    short = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact"}
    headers = []
    for line in lines:
        key, _, value = line.partition(":")
        key = key.strip().lower()
        if key not in ("content-length", "content-type", "l", "c"):
            headers.append((short.get(key, key), value.strip()))
    return Message(first, headers, body)


def respond(request: Message, status: int, reason: str, tag: str, contact: str, body: str = "") -> Message:
    """A response to ``request``."""
    to = request.get("to")
    if "tag=" not in to and status > 100:
        to += f";tag={tag}"
    headers = [("via", value) for value in request.all("via")]
    headers += [("record-route", value) for value in request.all("record-route")]
    headers += [("from", request.get("from")), ("to", to), ("call-id", request.get("call-id"))]
    headers += [("cseq", request.get("cseq")), ("contact", f"<{contact}>"), ("allow", "INVITE,ACK,BYE,CANCEL,OPTIONS")]
    return Message(f"SIP/2.0 {status} {reason}", headers, body)


def uri_in(header: str) -> str:
    """The address in ``"Name" <sip:…>;tag=…``."""
    found = re.search(r"<([^>]+)>", header)
    return found[1] if found else header.split(";")[0].strip()


def sdp(host: str, port: int) -> str:
    """An offer or answer: PCMU and telephone events."""
    return (
        f"v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\nm=audio {port} RTP/AVP 0 101\r\n"
        "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\n"
    )


def media_address(body: str) -> tuple[str, int] | None:
    """Where the far side wants its audio."""
    host, port = re.search(r"c=IN IP4 (\S+)", body), re.search(r"m=audio (\d+)", body)
    return (host[1], int(port[1])) if host and port else None
