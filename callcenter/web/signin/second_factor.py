"""One-time codes (TOTP, RFC 6238) and recovery codes: set up, asked for after the password, each code good once."""

from __future__ import annotations

import hmac

import pyotp
import segno

from callcenter.domain.access_records import SecondFactor
from callcenter.domain.records import User
from callcenter.web.services import WebServices
from callcenter.web.signin.passwords import code_hash, one_time_password
from callcenter.web.tickets import Tickets

STEP_S = 30
DRIFT_STEPS = 1
"""A telephone's clock may be one step off."""
RECOVERY_CODES = 10
PENDING_MS = 5 * 60_000
PENDING_COOKIE = "cc_second"


def new_factor(user: User) -> SecondFactor:
    """A fresh secret, not yet confirmed."""
    return SecondFactor(user.id, pyotp.random_base32(), confirmed=False)


def setup_uri(factor: SecondFactor, user: User, title: str) -> str:
    """The ``otpauth:`` address an authenticator app reads."""
    return pyotp.TOTP(factor.secret).provisioning_uri(name=user.name, issuer_name=title)


def setup_picture(uri: str) -> str:
    """The address as a QR code: an SVG as a data address."""
    return str(segno.make(uri, error="m").svg_data_uri(scale=4, border=3, light="#fff"))


async def accept(services: WebServices, factor: SecondFactor, code: str) -> bool:
    """Whether the code is right now, one step before or after, and was not used yet; spends it."""
    digits = "".join(code.split())
    if len(digits) != 6 or not digits.isdecimal() or not digits.isascii():
        return False
    totp, step = pyotp.TOTP(factor.secret), services.clock.now_ms() // 1000 // STEP_S
    fitting = None
    for near in range(step - DRIFT_STEPS, step + DRIFT_STEPS + 1):
        if hmac.compare_digest(totp.at(near * STEP_S), digits):
            fitting = near
    return fitting is not None and await services.credentials.use_step(factor.user_id, fitting)


async def accept_recovery(services: WebServices, user_id: int, code: str) -> bool:
    """Whether it is an unused recovery code; spends it."""
    return 10 <= len(code) <= 60 and await services.credentials.use_recovery_code(user_id, code_hash(code))


async def new_recovery_codes(services: WebServices, user_id: int) -> list[str]:
    """Fresh codes, to be shown once; the ones before are void."""
    codes = [one_time_password() for _ in range(RECOVERY_CODES)]
    await services.credentials.set_recovery_codes(user_id, [code_hash(code) for code in codes])
    return codes


def pending_ticket(tickets: Tickets, user: User, now_ms: int) -> str:
    """Says that the user's password was right; void when the password changes, after five minutes or a restart."""
    return f"{user.id}~{tickets.new(_kind(user), now_ms + PENDING_MS)}"


def pending_user_id(cookie: str | None) -> int | None:
    """Whom a ticket is about; it proves nothing before :func:`is_pending`."""
    number = (cookie or "").partition("~")[0]
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 12 else None


def is_pending(tickets: Tickets, cookie: str, user: User, now_ms: int) -> bool:
    """Whether the ticket is ours, this user's and fresh."""
    return tickets.valid(_kind(user), cookie.partition("~")[2], now_ms)


def _kind(user: User) -> str:
    fingerprint = hmac.new(b"second-factor", user.password_hash.encode(), "sha256").hexdigest()[:16]
    return f"second-{user.id}-{fingerprint}"
