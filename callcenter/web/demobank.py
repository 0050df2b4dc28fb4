"""A small business service for the demonstration: who a number belongs to, and balances. This machine only."""

from __future__ import annotations

import hashlib
import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from callcenter.web.access import services_of
from callcenter.web.local_access import loopback_only

router = APIRouter(prefix="/demo-bank", dependencies=[Depends(loopback_only)])
ELDER_FROM_YEARS = 65
_ACCOUNTS = {
    "1234": ("246810", "12,345.67"),
    "5678": ("135790", "880.05"),
    "9012": ("112233", "1,006,210.00"),
    "6666": ("666888", "52.30"),
}
_HOLDERS = {"1234": "2210", "5678": "8805", "9012": "101X", "6666": "5230"}


class BalanceQuestion(BaseModel):
    """The last four digits of a card and its telephone PIN."""

    card_tail: Annotated[str, Field(pattern=r"^\d{4}$")]
    pin: Annotated[str, Field(pattern=r"^\d{4,8}$")]


class BlockOrder(BaseModel):
    """A card to block, and the last characters of its holder's identity document."""

    card_tail: Annotated[str, Field(pattern=r"^\d{4}$")]
    id_tail: Annotated[str, Field(pattern=r"^\d{3}[\dX]$")]


class TicketOrder(BaseModel):
    """Something for the bank's people to look after."""

    kind: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    contact: Annotated[str, Field(min_length=1, max_length=80)]


@router.get("/customers/by-number")
async def by_number(request: Request, phone: Annotated[str, Field(max_length=40)] = "") -> dict[str, Any]:
    """The customer with this number; ``elder`` from 65 years on (by year of birth)."""
    services = services_of(request)
    customer = await services.customers.by_phone(phone) if phone else None
    if customer is None:
        return {"known": False, "name": "", "elder": False, "level": ""}
    year = 1970 + services.clock.now_ms() // 31_556_952_000
    elder = customer.birth_year is not None and year - customer.birth_year >= ELDER_FROM_YEARS
    return {"known": True, "name": customer.name, "elder": elder, "level": customer.level}


@router.post("/balance")
async def balance(question: BalanceQuestion) -> dict[str, Any]:
    """The balance, when card and PIN fit; says nothing about which of them was wrong."""
    pin, amount = _ACCOUNTS.get(question.card_tail, ("", ""))
    ok = bool(pin) and hmac.compare_digest(pin, question.pin)
    return {"ok": ok, "balance": amount if ok else ""}


@router.post("/cards/block")
async def block(order: BlockOrder) -> dict[str, Any]:
    """Whether a card of this number is the holder's; it is made up, so nothing is blocked."""
    return {"ok": hmac.compare_digest(_HOLDERS.get(order.card_tail, ""), order.id_tail)}


@router.post("/tickets")
async def ticket(order: TicketOrder) -> dict[str, Any]:
    """A number for a ticket: the same contact and kind have the same one."""
    digest = hashlib.sha256(f"{order.kind}:{order.contact}".encode()).hexdigest()
    return {"ok": True, "ticket": f"T{int(digest[:8], 16) % 10_000_000:07d}"}
