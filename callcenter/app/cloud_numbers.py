"""Cloud numbers: the Twilio account of the environment, and the adapter on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError
from starlette.routing import BaseRoute

from callcenter.app.settings import Settings
from callcenter.domain.errors import ConfigError
from callcenter.domain.ports import Clock, PromptAudio, SecretVault
from callcenter.telephony.asterisk.config.tones import write_hold_music
from callcenter.telephony.twilio.settings import TwilioSettings

if TYPE_CHECKING:
    import httpx

    from callcenter.telephony.twilio.adapter import TwilioTelephony

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class TwilioAccount(BaseSettings):
    """What is set of Twilio (``TWILIO_…``); its secrets come from the environment and nowhere else."""

    model_config = SettingsConfigDict(env_prefix="TWILIO_", extra="ignore")

    account_sid: str = Field(default="", pattern=r"^(AC[0-9a-f]{32})?$", description="Account SID of the console")
    auth_token: SecretStr = Field(default=SecretStr(""), description="Auth Token; webhooks are signed with it")
    numbers: dict[str, str] = Field(
        default_factory=dict, description="numbers on Twilio (E.164) → the hotline number each stands for"
    )
    agents: str = Field(
        default="", description="where agents are rung, e.g. sip:{agent}@bank.sip.twilio.com or client:{agent}"
    )
    calls_per_second: float = Field(default=1.0, gt=0, le=200, description="as the console says (Voice settings)")
    api_url: str = Field(
        default="https://api.twilio.com", pattern=r"^https?://[^\s/?#]+$", description="Twilio's API, or a proxy to it"
    )


def twilio_account() -> TwilioAccount:
    """The account in force. Raises ConfigError naming the variable, what is wrong with it, and the mend."""
    mend = "correct it, or unset it; docs/twilio.md says what each may be"
    try:
        return TwilioAccount()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]).upper()
        raise ConfigError(f"TWILIO_{name}", first["msg"], mend) from None
    except SettingsError:
        raise ConfigError("TWILIO_NUMBERS", "the value cannot be read", "maps are written as JSON") from None


def twilio_settings(settings: Settings, account: TwilioAccount) -> TwilioSettings:
    """What the adapter is told. Raises ConfigError for what is set by halves."""
    token = account.auth_token.get_secret_value()
    missing = {
        "TWILIO_ACCOUNT_SID": account.account_sid,
        "TWILIO_AUTH_TOKEN": token,
        "TWILIO_NUMBERS": account.numbers,
        "TWILIO_AGENTS": account.agents,
        "CALLCENTER_PUBLIC_ADDRESS": settings.public_address,
    }
    for name, value in missing.items():
        if not value:
            raise ConfigError(name, "is not set", "telephony on Twilio needs it; docs/twilio.md says where it is")
    for number in account.numbers:
        if not (number.startswith("+") and number[1:].isdigit()):
            raise ConfigError("TWILIO_NUMBERS", f"{number} is not in E.164", "write it with + and country code")
    if "{agent}" not in account.agents:
        raise ConfigError("TWILIO_AGENTS", "does not contain {agent}", "e.g. sip:{agent}@bank.sip.twilio.com")
    address = urlsplit(settings.public_address)
    if address.scheme != "https" and address.hostname not in _LOOPBACK:
        raise ConfigError("CALLCENTER_PUBLIC_ADDRESS", "is not https", "Twilio tells of callers: let nobody read it")
    folder = settings.data / "twilio"
    return TwilioSettings(
        account_sid=account.account_sid,
        auth_token=token,
        public_url=settings.public_address,
        caller=next(iter(account.numbers)),
        numbers=account.numbers,
        recordings_dir=folder / "recordings",
        book=folder / "calls.jsonl",
        agent_address=account.agents,
        calls_per_second=account.calls_per_second,
        api_url=account.api_url,
    )


def open_twilio(
    settings: Settings,
    clock: Clock,
    vault: SecretVault,
    prompts: PromptAudio,
    transport: httpx.AsyncBaseTransport | None = None,
) -> tuple[TwilioTelephony, Sequence[BaseRoute]]:
    """The adapter, and the addresses to be mounted at ``/twilio``. Raises ConfigError for settings that cannot be."""
    # Twilio's library takes a second to import: only whoever uses it pays.
    from callcenter.telephony.twilio.adapter import TwilioTelephony
    from callcenter.telephony.twilio.http import TwilioDoor

    chosen = twilio_settings(settings, twilio_account())
    telephony = TwilioTelephony(chosen, clock, prompts, vault, _music(chosen.book.parent), transport=transport)
    return telephony, TwilioDoor(lambda: telephony.hooks).routes()


def _music(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "music.wav"
    write_hold_music(file)
    return file
