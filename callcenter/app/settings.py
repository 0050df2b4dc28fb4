"""Settings, from the environment (``CALLCENTER_…``) and nowhere else; secrets never from a file in the tree."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from callcenter.domain.errors import ConfigError


class TrunkSettings(BaseModel):
    """A carrier: known by its addresses, by digest credentials, or both; ``contact`` is where we dial out.

    ``calls_per_second`` is how many calls it takes from us within a second, ``campaign_lines`` how many of its lines
    campaigns may use at once; 0 is no limit.
    """

    name: str
    match: tuple[str, ...] = ()
    contact: str = ""
    user: str = ""
    secret: SecretStr = SecretStr("")
    calls_per_second: int = Field(default=0, ge=0, le=1_000)
    campaign_lines: int = Field(default=0, ge=0, le=100_000)


class WebhookSettings(BaseModel):
    """Where alarms are told to. ``secret`` signs each message, so that the receiver knows that it is ours."""

    url: str = Field(pattern=r"^https?://[^\s]+$")
    secret: SecretStr = Field(min_length=16)


class Settings(BaseSettings):
    """Everything an operator may set. Lists and maps are written as JSON."""

    model_config = SettingsConfigDict(env_prefix="CALLCENTER_", extra="ignore")

    data: Path = Field(default=Path("var"), description="folder for database, recordings, prompts and run files")
    database: str = Field(default="", description="SQLAlchemy URL; empty: SQLite in the data folder")
    address: str = Field(default="127.0.0.1", description="address the pages are served on")
    port: int = Field(default=8080, description="port the pages are served on")
    title: str = "示例银行客户服务中心"
    language: Literal["zh", "en"] = "zh"
    timezone: str = "Asia/Shanghai"
    public_address: str = Field(
        default="",
        pattern=r"^(https?://[^\s/?#]+)?$",
        description="how people reach the pages, e.g. https://cc.bank.example; empty: as each request names them",
    )
    secret_keys: tuple[SecretStr, ...] = Field(
        default=(),
        description="keys that seal secrets in the database, the newest first; empty: one made in the data folder",
    )
    secure_cookies: bool = Field(default=False, description="set when the pages are served over HTTPS")

    second_factor_roles: tuple[str, ...] = Field(
        default=(), description='roles whose users must have a second factor, e.g. ["administrator","quality"]'
    )
    oidc_issuer: str = Field(default="", description="identity provider for sign-in, e.g. https://id.bank.example")
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_title: str = Field(default="SSO", description="what the button on the sign-in page calls the provider")
    oidc_name_claim: str = Field(default="preferred_username", description="the claim that is our sign-in name")
    oidc_role_claim: str = Field(default="", description="the claim that holds the role or groups; empty: ours stay")
    oidc_roles: dict[str, str] = Field(default_factory=dict, description="value of that claim → our role")
    oidc_create_users: bool = Field(default=False, description="make a user for a name that is not known yet")

    telephony: Literal["auto", "asterisk", "simulated", "twilio"] = "auto"
    ari_url: str = Field(default="", description="a PBX of your own, e.g. http://127.0.0.1:8088/ari")
    ari_user: str = "callcenter"
    ari_password: SecretStr = SecretStr("")
    ari_transport: Literal["http", "websocket"] = "http"
    asterisk_port: int = Field(default=8088, description="HTTP port of our own Asterisk (ARI and SIP over WebSocket)")
    sip_address: str = Field(default="0.0.0.0", description="address our own Asterisk takes SIP on")  # noqa: S104
    sip_port: int = 5060
    rtp_start: int = 10_000
    rtp_end: int = 19_999
    agent_rtp_timeout_s: int = Field(
        default=10,
        ge=2,
        le=300,
        description="seconds without a voice packet after which an agent's phone is gone",
    )
    trunks: tuple[TrunkSettings, ...] = ()
    ice_host_candidates: tuple[tuple[str, str], ...] = ()
    loopback_ice: bool = False
    sip_agents: dict[str, str] = Field(
        default_factory=dict,
        description="agents with a SIP telephone instead of the browser: id → its address, or empty when it registers",
    )

    guest_phone: bool = Field(default=True, description="whether /call lets anyone ring the hotline in the browser")
    chat_demo: bool = Field(default=True, description="whether /chat-demo lets anyone try the chat widget")
    chat_keys: dict[str, SecretStr] = Field(
        default_factory=dict,
        description="keys with which the bank's sites sign who their visitors are: name → shared secret or public key",
    )
    wecom_corp_id: str = Field(default="", description="the corp id (企业 ID) of WeCom customer service")
    wecom_secret: SecretStr = Field(default=SecretStr(""), description="secret of the app that may call its API")
    wecom_token: SecretStr = Field(default=SecretStr(""), description="Token of its callback")
    wecom_aes_key: SecretStr = Field(default=SecretStr(""), description="EncodingAESKey of its callback")
    wecom_accounts: dict[str, str] = Field(
        default_factory=dict, description="customer service account (open_kfid) → chat entry; empty: no WeCom"
    )
    wecom_address: str = Field(
        default="https://qyapi.weixin.qq.com",
        pattern=r"^https?://[^\s/?#]+$",
        description="WeCom's API, or a proxy that may reach it",
    )
    demo: bool = Field(default=True, description="seed the demo bank on a fresh database")
    demo_password: SecretStr = Field(default=SecretStr(""), description="password of demo users; empty: generated")
    webhooks: dict[str, WebhookSettings] = Field(
        default_factory=dict, description="where alarms are told to: name → {url, secret}; rules name them"
    )
    services: dict[str, str] = Field(default_factory=dict, description="business services: name → base address")
    flows: Path = Field(default=Path("ivr_flows"), description="folder of the flows")
    prompts: Path | None = Field(default=None, description="folder of recorded prompts")

    assistant: Literal["embedded", "rasa", "off"] = Field(
        default="embedded", description="what understands written sentences; off: chats go to people"
    )
    assistant_data: Path = Field(default=Path("nlu_models"), description="training data of the assistant")
    assistant_model: Path | None = Field(
        default=None, description="a trained model to use; without it one is trained from the data, once"
    )
    rasa_url: str = Field(
        default="http://127.0.0.1:5005",
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        description="where Rasa is served, if it is the assistant",
    )
    rasa_token: SecretStr = Field(default=SecretStr(""), description="what rasa run has as --auth-token")

    recogniser: str = Field(
        default="", description="the model that makes transcripts after calls, or simulated; empty: none are made"
    )
    live_recogniser: str = Field(
        default="", description="the model that hears calls while people speak, or simulated; empty: nobody is heard"
    )
    media_address: str = Field(default="127.0.0.1", description="address on which the PBX brings us voices")
    media_port: int = Field(default=8090, description="port on which the PBX brings us voices")
    recogniser_language: Literal["", "zh", "en"] = Field(
        default="", description="the language of calls; empty: that of the pages"
    )
    recogniser_token: SecretStr = Field(default=SecretStr(""), description="what a cloud's recogniser asks for")
    models: Path | None = Field(default=None, description="folder of recognisers' models; empty: in the data folder")
    transcribe_first: tuple[str, ...] = Field(
        default=(), description='queues and dispositions whose calls are transcribed first, e.g. ["complaint"]'
    )

    @property
    def database_url(self) -> str:
        """The database in force."""
        return self.database or f"sqlite+aiosqlite:///{(self.data / 'callcenter.db').resolve()}"

    @property
    def run_dir(self) -> Path:
        """Where our own Asterisk lives."""
        return (self.data / "asterisk").resolve()

    @property
    def pbx_recordings(self) -> Path:
        """Where the PBX writes recordings before they are filed."""
        return self.run_dir / "recordings"

    @property
    def base_url(self) -> str:
        """How a browser on this machine reaches the pages."""
        host = {"0.0.0.0": "127.0.0.1", "::": "127.0.0.1"}.get(self.address, self.address)  # noqa: S104
        return f"http://{host}:{self.port}"

    @property
    def service_addresses(self) -> dict[str, str]:
        """Business services by name; the demo bank stands in where none is set."""
        return {"bank": f"{self.base_url}/demo-bank", **self.services}


def load_settings(**given: Any) -> Settings:
    """The settings in force; ``given`` (the command line's options) wins over the environment.

    Raises ConfigError naming the variable, what is wrong with it, and the mend.
    """
    mend = "correct it, or unset it for the default; docs/operators.md lists what each may be"
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = "_".join(str(part) for part in first["loc"][:1]).upper()
        raise ConfigError(f"CALLCENTER_{name}", first["msg"], mend) from None
    except SettingsError as error:
        field = re.search(r'field "(\w+)"', str(error))
        name = field.group(1).upper() if field else "…"
        raise ConfigError(
            f"CALLCENTER_{name}", "the value cannot be read", "lists and maps are written as JSON"
        ) from None
