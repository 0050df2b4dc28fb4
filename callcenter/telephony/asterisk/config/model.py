"""What our Asterisk must know: one frozen value that the templates are rendered from."""

from __future__ import annotations

import ipaddress
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from callcenter.domain.errors import ConfigError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_NUMBER = re.compile(r"\+?[0-9*#]{1,32}")
_SOCKET_PATH_LIMIT = 107
_PORTS = range(1, 65536)


def new_secret() -> str:
    """A fresh secret of 144 random bits, safe in URLs and configuration files."""
    return secrets.token_urlsafe(18)


def _refuse(place: str, message: str, mend: str) -> ConfigError:
    return ConfigError(place, message, mend)


def _name(place: str, value: str) -> None:
    if not _NAME.fullmatch(value):
        raise _refuse(
            place, f"{value!r} is not a usable name", "use letters, digits, dot, hyphen and underscore, at most 64"
        )


def _text(place: str, value: str) -> None:
    if any(ord(c) < 32 or c in ";[]#\\" or c == "\x7f" for c in value) or value != value.strip():
        raise _refuse(
            place, "the value holds a line break, a control character or one of ; [ ] # \\", "remove these characters"
        )


def _secret(place: str, value: str) -> None:
    _text(place, value)
    if len(value) < 8 or " " in value or "," in value:
        raise _refuse(
            place, "a secret needs 8 characters or more, without blanks and commas", "leave it to be generated"
        )


def _port(place: str, value: int) -> None:
    if value not in _PORTS:
        raise _refuse(place, f"{value} is not a port", "use 1 to 65535")


def _address(place: str, value: str) -> None:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        raise _refuse(place, f"{value!r} is not an IP address", "write it like 192.0.2.1") from None


@dataclass(frozen=True, slots=True)
class AgentEndpoint:
    """One agent's SIP account; ``webrtc`` for the browser softphone, ``contact`` for a phone that never registers."""

    id: str
    secret: str = field(default_factory=new_secret, repr=False)
    webrtc: bool = True
    contact: str = ""

    def __post_init__(self) -> None:
        place = f"agent endpoint {self.id!r}"
        _name(place, self.id)
        _secret(f"{place} secret", self.secret)
        _text(f"{place} contact", self.contact)


@dataclass(frozen=True, slots=True)
class Trunk:
    """A carrier's line: known by its addresses, by digest (``user``/``secret``), or both.

    ``contact`` is where we dial out. A carrier that only gives digest credentials is known by its
    user name, so its endpoint bears that name.
    """

    name: str
    match: tuple[str, ...] = ()
    contact: str = ""
    user: str = ""
    secret: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        place = f"trunk {self.name!r}"
        _name(place, self.name)
        _text(f"{place} contact", self.contact)
        for network in self.match:
            try:
                ipaddress.ip_network(network, strict=False)
            except ValueError:
                raise _refuse(
                    f"{place} match", f"{network!r} is no address or network", "write 192.0.2.1 or 192.0.2.0/24"
                ) from None
        if self.user:
            _name(f"{place} user", self.user)
            _secret(f"{place} secret", self.secret)
        if not self.match and not self.user:
            raise _refuse(
                place, "nothing tells this carrier from a stranger", "give its addresses or a user and secret"
            )

    @property
    def endpoint(self) -> str:
        """The PJSIP endpoint of this trunk, as in ``PJSIP/<number>@<endpoint>``."""
        return self.user if self.user and not self.match else self.name


@dataclass(frozen=True, slots=True)
class MediaSocket:
    """A WebSocket server of ours that Asterisk sends media to; ``id`` is the ``external_host`` to name in ARI."""

    id: str
    uri: str

    def __post_init__(self) -> None:
        _name(f"media socket {self.id!r}", self.id)
        _text(f"media socket {self.id!r} uri", self.uri)
        if not self.uri.startswith(("ws://", "wss://")):
            raise _refuse(
                f"media socket {self.id!r} uri", f"{self.uri!r} is no WebSocket address", "use ws:// or wss://"
            )


@dataclass(frozen=True, slots=True)
class PbxConfig:
    """Everything our Asterisk's configuration is rendered from. Raises ConfigError for a value that cannot be used.

    Ports are numbers, folders absolute paths. ``recordings_dir`` is where ARI recordings land;
    ``fallback_announcement`` an audio file without its ending, played while our engine is away.
    ``ice_host_candidates`` maps an address to the one offered instead, for tests in a network namespace.
    """

    run_dir: Path
    recordings_dir: Path | None = None
    language: str = "zh"
    app: str = "callcenter"
    ari_user: str = "callcenter"
    ari_password: str = field(default_factory=new_secret, repr=False)
    http_address: str = "127.0.0.1"
    http_port: int = 8088
    sip_address: str = "127.0.0.1"
    sip_port: int = 5060
    external_address: str = ""
    local_networks: tuple[str, ...] = ()
    rtp_start: int = 10000
    rtp_end: int = 19999
    rtp_timeout_s: int = 60
    agent_rtp_timeout_s: int = 10
    agents: tuple[AgentEndpoint, ...] = ()
    trunks: tuple[Trunk, ...] = ()
    guest_id: str = "guest"
    guest_secret: str = field(default_factory=new_secret, repr=False)
    guest_enabled: bool = True
    hotline_numbers: tuple[str, ...] = ("95588",)
    fallback_announcement: str = ""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    https_port: int = 8089
    ice_host_candidates: tuple[tuple[str, str], ...] = ()
    media_sockets: tuple[MediaSocket, ...] = ()
    channel_variables: tuple[str, ...] = ()
    load_app_queue: bool = False
    sip_trace: bool = False

    def __post_init__(self) -> None:
        for place, value in (("app", self.app), ("ari_user", self.ari_user), ("guest_id", self.guest_id)):
            _name(place, value)
        _name("language", self.language)
        _secret("ari_password", self.ari_password)
        _secret("guest_secret", self.guest_secret)
        self._check_network()
        self._check_paths()
        self._check_names()

    @property
    def config_dir(self) -> Path:
        """Where the rendered files lie."""
        return self.run_dir / "etc"

    @property
    def main_file(self) -> Path:
        """The file given to ``asterisk -C``."""
        return self.config_dir / "asterisk.conf"

    @property
    def recordings(self) -> Path:
        """The folder ARI recordings land in."""
        return self.recordings_dir or self.run_dir / "recordings"

    @property
    def ari_url(self) -> str:
        """ARI's base address, without a slash at the end."""
        host = f"[{self.http_address}]" if ":" in self.http_address else self.http_address
        host = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host)  # noqa: S104
        return f"http://{host}:{self.http_port}/ari"

    def _check_network(self) -> None:
        for place in ("http_port", "sip_port", "rtp_start", "rtp_end", "https_port"):
            _port(place, getattr(self, place))
        if self.rtp_end - self.rtp_start < 3:
            raise _refuse("rtp_end", "the RTP range holds no call", "leave at least four ports above rtp_start")
        for place in ("http_address", "sip_address"):
            _address(place, getattr(self, place))
        if self.external_address:
            _address("external_address", self.external_address)
        for number in self.hotline_numbers:
            if not _NUMBER.fullmatch(number):
                raise _refuse(
                    "hotline_numbers", f"{number!r} is no number", "use digits, * and #, with + in front at most"
                )
        for pair in self.ice_host_candidates:
            for address in pair:
                _address("ice_host_candidates", address)
        for network in self.local_networks:
            _text("local_networks", network)

    def _check_paths(self) -> None:
        folders = {"run_dir": self.run_dir, "recordings_dir": self.recordings_dir}
        for place, folder in folders.items():
            if folder is not None:
                _text(place, str(folder))
                if not folder.is_absolute():
                    raise _refuse(place, f"{folder} is not an absolute path", "write it from / on")
        _text("fallback_announcement", self.fallback_announcement)
        if len(str(self.run_dir / "run/asterisk.ctl")) > _SOCKET_PATH_LIMIT:
            raise _refuse("run_dir", f"{self.run_dir} is too long for a control socket", "choose a shorter folder")
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise _refuse("tls_certificate", "certificate and key go together", "set both or neither")

    def _check_names(self) -> None:
        names = [a.id for a in self.agents] + [t.endpoint for t in self.trunks] + [self.guest_id]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise _refuse(
                "endpoints", f"the name {twice[0]!r} is used twice", "give each agent, trunk and guest its own"
            )
        for name in self.channel_variables:
            _name("channel_variables", name)
