"""Addresses that answer only on the machine itself."""

from __future__ import annotations

import ipaddress

from fastapi import Request

from callcenter.web.errors import Forbidden


def is_local(request: Request) -> bool:
    """Whether the request comes straight from this machine; one carried by a proxy does not count."""
    if request.client is None or any(h in request.headers for h in ("x-forwarded-for", "forwarded", "x-real-ip")):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def loopback_only(request: Request) -> None:
    """Raise ``Forbidden`` for anyone else."""
    if not is_local(request):
        raise Forbidden("loopback")
