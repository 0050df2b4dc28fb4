"""The first administrator of a fresh installation."""

from __future__ import annotations

from callcenter.domain.access import Role
from callcenter.domain.ports import UserDirectory
from callcenter.domain.records import User
from callcenter.web.signin.passwords import new_password_hash, one_time_password

NAME = "admin"


async def make_first_administrator(users: UserDirectory) -> list[tuple[str, str]]:
    """When nobody may manage users yet: make ``admin``; returns name and one-time password, to be shown once."""
    everyone = await users.all()
    if any(user.role == Role.ADMINISTRATOR for user in everyone):
        return []
    password = one_time_password()
    await users.add(
        User(
            id=0,
            name=NAME,
            display_name="Administrator",
            role=Role.ADMINISTRATOR,
            password_hash=new_password_hash(password),
            must_change_password=True,
        )
    )
    return [(NAME, password)]
