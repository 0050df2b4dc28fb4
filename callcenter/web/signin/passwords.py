"""Password hashes (argon2id) and the rules for new passwords; also used by the command line."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from zxcvbn import zxcvbn

from callcenter.domain.errors import Corrupt, Rejected

MIN_LENGTH = 12
MAX_LENGTH = 200
REMEMBERED = 5
"""How many of the last passwords may not come back."""
_MIN_SCORE = 3
"""Of 0..4: ten to the eighth guesses and more."""
_JUDGED = 64
"""The judge's work grows with the square of the length; what is longer is judged by its beginning."""
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_password_hash(password: str) -> str:
    """The argon2id hash to store; takes about 20 ms of processor time."""
    return _hasher.hash(password)


def verify(password: str, password_hash: str | None) -> bool:
    """Whether the password fits; the same work is done for an unknown user (``None``), so timing tells nothing.

    An empty hash (invited, or signing in elsewhere) fits nothing. Raises ``Corrupt`` when the stored hash is not one.
    """
    try:
        _hasher.verify(password_hash or _NOBODY, password[:MAX_LENGTH])
    except VerifyMismatchError:
        return False
    except (InvalidHashError, VerificationError) as error:
        raise Corrupt(f"stored password hash is unreadable: {error}") from error
    return bool(password_hash)


def one_time_password() -> str:
    """A password to print once: four groups of four letters and digits that can't be mistaken for each other."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def code_hash(code: str) -> str:
    """What is kept of an invitation or a recovery code; they are long and random, so a fast hash is enough."""
    plain = "".join(c for c in code.lower() if c in _LETTERS)
    return hashlib.sha256(plain.encode()).hexdigest()


def check_new_password(password: str, user_name: str, display_name: str = "") -> None:
    """Raise ``Rejected`` (``password_short``, ``password_long``, ``password_is_name``, ``password_simple``)."""
    if len(password) < MIN_LENGTH:
        raise Rejected("password_short")
    if len(password) > MAX_LENGTH:
        raise Rejected("password_long")
    if user_name and user_name.lower() in password.lower():
        raise Rejected("password_is_name")
    own = [word for word in (user_name, display_name, "callcenter") if word]
    if len(set(password)) < 5 or zxcvbn(password[:_JUDGED], user_inputs=own)["score"] < _MIN_SCORE:
        raise Rejected("password_simple")


def check_not_used_before(password: str, hashes: Sequence[str]) -> None:
    """Raise ``Rejected("password_reused")`` when the password fits one of ``hashes``; 20 ms each."""
    if any(verify(password, known) for known in hashes if known):
        raise Rejected("password_reused")
