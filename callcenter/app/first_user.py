"""The first administrator of a fresh installation."""

from __future__ import annotations

from collections.abc import Callable

from callcenter.domain.access import Role
from callcenter.domain.ports import UserDirectory
from callcenter.domain.records import User
from callcenter.web.passwords import new_password_hash, one_time_password

NAME = "admin"


async def make_first_administrator(users: UserDirectory, report: Callable[[str], None]) -> None:
    """When nobody may manage users yet: make ``admin`` and print its one-time password once."""
    everyone = await users.all()
    if any(user.role is Role.ADMINISTRATOR for user in everyone):
        return
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
    report(f"first administrator: {NAME} · one-time password {password} (you set your own at the first sign-in)")
