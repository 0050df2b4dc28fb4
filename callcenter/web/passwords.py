"""Password hashes (argon2id) and the rules for new passwords; also used by the command line."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from callcenter.domain.errors import Corrupt, Rejected

MIN_LENGTH = 10
MAX_LENGTH = 200
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_password_hash(password: str) -> str:
    """The argon2id hash to store; takes about 20 ms of processor time."""
    return _hasher.hash(password)


def verify(password: str, password_hash: str | None) -> bool:
    """Whether the password fits; the same work is done for an unknown user (``None``), so timing tells nothing.

    Raises ``Corrupt`` when the stored hash is not one.
    """
    try:
        _hasher.verify(password_hash or _NOBODY, password[:MAX_LENGTH])
    except VerifyMismatchError:
        return False
    except (InvalidHashError, VerificationError) as error:
        raise Corrupt(f"stored password hash is unreadable: {error}") from error
    return password_hash is not None


def one_time_password() -> str:
    """A password to print once: four groups of four letters and digits that can't be mistaken for each other."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def check_new_password(password: str, user_name: str) -> None:
    """Raise ``Rejected`` (``password_short``, ``password_long``, ``password_is_name``, ``password_simple``)."""
    if len(password) < MIN_LENGTH:
        raise Rejected("password_short")
    if len(password) > MAX_LENGTH:
        raise Rejected("password_long")
    if user_name and user_name.lower() in password.lower():
        raise Rejected("password_is_name")
    if len(set(password)) < 5:
        raise Rejected("password_simple")
