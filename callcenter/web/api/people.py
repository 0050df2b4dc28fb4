"""Users for programs: list, add, disable; and the audit log."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from callcenter.domain.access import Right
from callcenter.domain.access_records import AuditQuery, UserQuery
from callcenter.domain.records import User as UserRecord
from callcenter.web.api.bearer import bearer, services_of
from callcenter.web.errors import NotFound
from callcenter.web.sessions import Viewer
from callcenter.web.users.changes import UserChanges, checked_user, new_invitation

router = APIRouter()
Manager = Annotated[Viewer, Depends(bearer(Right.MANAGE_USERS))]
Auditor = Annotated[Viewer, Depends(bearer(Right.SEE_AUDIT))]
UserId = Annotated[int, Path(ge=1, le=2**53)]


class User(BaseModel):
    """Someone who may sign in."""

    id: int
    name: str
    display_name: str
    role: str
    agent_id: str
    language: str
    disabled: bool


class Users(BaseModel):
    """A page of users by name. ``after``: give it to get the next page; null at the end."""

    users: list[User]
    after: str | None


class NewUser(BaseModel):
    """A user to add."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(max_length=40)
    display_name: str = Field(max_length=60)
    role: str = Field(max_length=60)
    agent_id: str = Field(default="", max_length=60)
    language: str = Field(default="zh", max_length=2)


class Invited(BaseModel):
    """The user, and the code to set a password with at ``/welcome/CODE``; shown only here, good for a week."""

    user: User
    invitation: str


class AuditEntry(BaseModel):
    """One act. ``at_ms``: ms since 1970 UTC."""

    id: int
    at_ms: int
    actor: str
    act: str
    subject: str
    detail: dict[str, Any]
    hash: str


class Audit(BaseModel):
    """A page of the audit log, newest first. ``before``: give it to get the next page; null at the end."""

    entries: list[AuditEntry]
    before: int | None


@router.get("/users", tags=["users"])
async def users(
    request: Request,
    viewer: Manager,
    text: Annotated[str, Query(max_length=60)] = "",
    role: Annotated[str, Query(max_length=60)] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[str, Query(max_length=60)] = "",
) -> Users:
    """Users by name."""
    found = await services_of(request).users.page(UserQuery(text.strip(), role, limit + 1, after))
    shown = [_user(user) for user in found[:limit]]
    return Users(users=shown, after=shown[-1].name if len(found) > limit else None)


@router.post("/users", tags=["users"], status_code=201)
async def add(request: Request, viewer: Manager, new: NewUser) -> Invited:
    """Add a user, who sets their password by the invitation."""
    services = services_of(request)
    user = checked_user(services.desk.config(), new.model_dump())
    added = await UserChanges(services, viewer.user.name).add(user)
    code, invitation = new_invitation(added.id, services.clock.now_ms())
    await services.credentials.invite(invitation)
    return Invited(user=_user(added), invitation=code)


@router.post("/users/{user_id}/disable", tags=["users"], status_code=204)
async def disable(request: Request, viewer: Manager, user_id: UserId) -> None:
    """End the user's sessions and let them in no more; their agent signs out after the present contact."""
    services = services_of(request)
    user = await services.users.by_id(user_id)
    if user is None:
        raise NotFound
    await UserChanges(services, viewer.user.name).disable(user)


@router.get("/audit", tags=["audit"])
async def audit(
    request: Request,
    viewer: Auditor,
    actor: Annotated[str, Query(max_length=120)] = "",
    act: Annotated[str, Query(max_length=60)] = "",
    subject: Annotated[str, Query(max_length=120)] = "",
    from_ms: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    to_ms: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> Audit:
    """The audit log."""
    query = AuditQuery(actor, act, subject, from_ms, to_ms, limit + 1, before)
    rows = await services_of(request).audit.page(query)
    entries = [AuditEntry(id=row.id, hash=row.hash, **msgspec.structs.asdict(row.record)) for row in rows[:limit]]
    return Audit(entries=entries, before=entries[-1].id if len(rows) > limit else None)


def _user(user: UserRecord) -> User:
    return User(**{name: getattr(user, name) for name in User.model_fields})
