"""From a provider's claims to one of our users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from callcenter.domain.errors import Rejected
from callcenter.domain.records import AuditRecord, User
from callcenter.web.services import WebServices
from callcenter.web.signin.oidc_settings import OidcSettings
from callcenter.web.users.changes import UserChanges, checked_user

ACTOR = "oidc"


async def user_of(services: WebServices, settings: OidcSettings, claims: Mapping[str, Any]) -> User:
    """The user tied to the identity; at the first time the one of that name, or a new one where that is allowed.

    Raises ``Rejected``: ``oidc_unknown`` (nobody here), ``oidc_unverified`` (an e-mail nobody vouches for),
    ``oidc_disabled``, ``oidc_role``.
    """
    subject = str(claims["sub"])
    number = await services.credentials.linked(settings.issuer, subject)
    user = await services.users.by_id(number) if number is not None else None
    role = role_of(settings, claims)
    if user is None:
        user = await _first_time(services, settings, claims, role)
        await services.credentials.link(settings.issuer, subject, user.id)
        detail = {"name": user.name}
        now = services.clock.now_ms()
        await services.audit.write(AuditRecord(now, user.name, "identity_linked", f"user:{user.id}", detail))
    if user.disabled:
        raise Rejected("oidc_disabled")
    if role and role != user.role:
        changed = msgspec.structs.replace(user, role=role)
        await UserChanges(services, ACTOR).edit(user, changed)
        return changed
    return user


def role_of(settings: OidcSettings, claims: Mapping[str, Any]) -> str:
    """The role the claims say, or empty; the first fit in the order of the settings."""
    value = claims.get(settings.role_claim) if settings.role_claim else None
    values = value if isinstance(value, list) else [value]
    return next((role for wanted, role in settings.roles.items() if wanted in values), "")


async def _first_time(services: WebServices, settings: OidcSettings, claims: Mapping[str, Any], role: str) -> User:
    name = claims.get(settings.name_claim)
    if not isinstance(name, str) or not name.strip():
        raise Rejected("oidc_unknown")
    if settings.name_claim == "email" and claims.get("email_verified") is not True:
        raise Rejected("oidc_unverified")
    found = await services.users.by_name(name.strip())
    if found is not None:
        return found
    if not settings.create_users:
        raise Rejected("oidc_unknown")
    if not role:
        raise Rejected("oidc_role")
    shown = str(claims.get("name") or name).strip()[:60]
    given = {"name": name, "display_name": shown, "role": role}
    return await UserChanges(services, ACTOR).add(checked_user(services.desk.config(), given))
