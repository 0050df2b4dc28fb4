"""``callcenter user``: people who may sign in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import msgspec
import typer

from callcenter.app.settings import load_settings
from callcenter.domain.access import Role
from callcenter.domain.errors import Rejected
from callcenter.domain.records import User
from callcenter.storage import Storage
from callcenter.storage import upgrade as upgrade_database
from callcenter.web.signin.passwords import new_password_hash, one_time_password

app = typer.Typer(no_args_is_help=True, help="Users.")


@app.command()
def add(
    name: str,
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.AGENT,
    agent: Annotated[str, typer.Option(help="The agent id they work as, if any.")] = "",
    display_name: Annotated[str, typer.Option(help="How they are shown.")] = "",
) -> None:
    """Add a user; prints a one-time password that they change at their first sign-in."""
    password = one_time_password()
    user = User(
        id=0,
        name=name,
        display_name=display_name or name,
        role=role,
        password_hash=new_password_hash(password),
        agent_id=agent,
        must_change_password=True,
    )

    async def work(storage: Storage) -> None:
        await storage.users.add(user)

    _with_storage(work)
    typer.echo(f"{name} ({role}) may sign in with the one-time password {password}")


@app.command()
def password(name: str) -> None:
    """Give a user a new one-time password; their sessions end."""
    fresh = one_time_password()

    async def work(storage: Storage) -> None:
        user = await storage.users.by_name(name)
        if user is None:
            raise Rejected("unknown_user", f"there is no user {name!r}; `callcenter user list` shows who there is")
        changed = msgspec.structs.replace(user, password_hash=new_password_hash(fresh), must_change_password=True)
        await storage.users.update(changed)
        await storage.users.end_sessions_of(user.id)

    _with_storage(work)
    typer.echo(f"{name} may sign in with the one-time password {fresh}")


@app.command("list")
def list_users() -> None:
    """Show who may sign in."""

    async def work(storage: Storage) -> None:
        for user in await storage.users.all():
            off = " (disabled)" if user.disabled else ""
            typer.echo(f"{user.name:<16} {user.role:<14} {user.agent_id:<8} {user.display_name}{off}")

    _with_storage(work)


def _with_storage(work: Callable[[Storage], Awaitable[None]]) -> None:
    settings = load_settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    upgrade_database(settings.database_url)

    async def run() -> None:
        storage = await Storage.open(settings.database_url)
        try:
            await work(storage)
        finally:
            await storage.close()

    asyncio.run(run())
