"""Who may be given reviews."""

from __future__ import annotations

from callcenter.domain.access import Right, scope_of
from callcenter.domain.errors import Rejected
from callcenter.domain.records import User
from callcenter.web.services import WebServices


async def reviewers_of(services: WebServices) -> list[User]:
    """Users who sign in and whose role reviews."""
    roles = services.desk.config().roles
    return [
        user
        for user in await services.users.all()
        if not user.disabled and scope_of(roles, user.role, Right.REVIEW) is not None
    ]


async def reviewer_choices(services: WebServices) -> list[tuple[str, str]]:
    """Sign-in name and name shown, for a field to choose from."""
    return [(user.name, user.display_name or user.name) for user in await reviewers_of(services)]


async def reviewer_named(services: WebServices, name: str) -> User:
    """One of them. Rejected: ``reviewer_gone``."""
    for user in await reviewers_of(services):
        if user.name == name:
            return user
    raise Rejected("reviewer_gone", name)
