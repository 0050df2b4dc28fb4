"""What the pages are told of the product's settings."""

from __future__ import annotations

from urllib.parse import urlsplit

from callcenter.app.pbx import Pbx
from callcenter.app.recogniser import trouble_of
from callcenter.app.settings import Settings
from callcenter.domain.errors import ConfigError
from callcenter.web.services import WebSettings
from callcenter.web.signin.oidc_settings import OidcSettings


def web_settings(settings: Settings, pbx: Pbx) -> WebSettings:
    """How the pages behave. Raises ``ConfigError`` for settings that are set by halves."""
    return WebSettings(
        public_address=settings.public_address,
        title=settings.title,
        default_language=settings.language,
        timezone=settings.timezone,
        guest_phone=settings.guest_phone and pbx.guest is not None,
        secure_cookies=settings.secure_cookies,
        asterisk_ws=pbx.websocket,
        loopback_ice=settings.loopback_ice,
        demo_bank=settings.demo,
        recogniser=settings.recogniser if trouble_of(settings) is None else "",
        chat_demo=settings.chat_demo,
        second_factor_roles=frozenset(settings.second_factor_roles),
        oidc=oidc_settings(settings),
    )


def oidc_settings(settings: Settings) -> OidcSettings | None:
    """The identity provider. Raises ``ConfigError`` when it is set by halves."""
    if not settings.oidc_issuer:
        return None
    parts = urlsplit(settings.oidc_issuer)
    if not parts.hostname or (parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost")):
        raise ConfigError("CALLCENTER_OIDC_ISSUER", "is not an https address", "write it as the provider gives it")
    if not settings.oidc_client_id or not settings.oidc_client_secret.get_secret_value():
        mend = "set both as the provider gave them, or unset CALLCENTER_OIDC_ISSUER"
        raise ConfigError("CALLCENTER_OIDC_CLIENT_ID, CALLCENTER_OIDC_CLIENT_SECRET", "one of them is empty", mend)
    return OidcSettings(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        title=settings.oidc_title,
        name_claim=settings.oidc_name_claim,
        role_claim=settings.oidc_role_claim,
        roles=settings.oidc_roles,
        create_users=settings.oidc_create_users,
    )
