"""Roles and what each may do. The one place where rights are defined."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a user is to the centre."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    QUALITY = "quality"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """One thing that may be allowed."""

    TAKE_CONTACTS = "take_contacts"
    SEE_OWN_CONTACTS = "see_own_contacts"
    SEE_ALL_CONTACTS = "see_all_contacts"
    HEAR_RECORDINGS = "hear_recordings"
    WATCH_FLOOR = "watch_floor"
    SUPERVISE_CALLS = "supervise_calls"
    CHANGE_CONFIGURATION = "change_configuration"
    MANAGE_USERS = "manage_users"
    SEE_AUDIT = "see_audit"


_SUPERVISOR = frozenset(
    {
        Right.TAKE_CONTACTS,
        Right.SEE_OWN_CONTACTS,
        Right.SEE_ALL_CONTACTS,
        Right.HEAR_RECORDINGS,
        Right.WATCH_FLOOR,
        Right.SUPERVISE_CALLS,
    }
)

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.AGENT: frozenset({Right.TAKE_CONTACTS, Right.SEE_OWN_CONTACTS}),
    Role.SUPERVISOR: _SUPERVISOR,
    Role.OPERATOR: frozenset({Right.WATCH_FLOOR, Right.CHANGE_CONFIGURATION}),
    Role.QUALITY: frozenset({Right.SEE_ALL_CONTACTS, Right.HEAR_RECORDINGS}),
    Role.ADMINISTRATOR: frozenset({Right.MANAGE_USERS, Right.SEE_AUDIT, Right.CHANGE_CONFIGURATION, Right.WATCH_FLOOR}),
}
"""Least privilege: who configures does not hear customers, who hears customers does not configure."""


def allowed(role: Role, right: Right) -> bool:
    """Whether ``role`` has ``right``."""
    return right in RIGHTS[role]
