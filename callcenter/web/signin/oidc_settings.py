"""How sign-in by an OpenID Connect provider is set up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """The provider, and how its claims become a user.

    ``name_claim`` must be one the provider vouches for; ``email`` counts only with ``email_verified``.
    ``roles`` maps values of ``role_claim`` to our roles, first fit wins; a user without a fitting value keeps theirs.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    title: str = "SSO"
    name_claim: str = "preferred_username"
    role_claim: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    create_users: bool = False
    """Make a user for a name we do not know, in the role the claims say."""
    scopes: str = "openid profile email"
