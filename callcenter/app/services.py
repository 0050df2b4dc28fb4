"""Business services that flows ask over HTTP: addresses by name, secrets put in at the last moment, retries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import structlog

from callcenter.domain.effects import CallService
from callcenter.domain.events import ServiceAnswered
from callcenter.domain.ports import SecretVault

log = structlog.get_logger(__name__)

SCHEME = "service://"
MAX_ANSWER_BYTES = 64_000


class BusinessServices:
    """Asks services by their configured base address. Never logs parameters: they are about customers."""

    def __init__(self, addresses: Mapping[str, str], vault: SecretVault) -> None:
        self._addresses = dict(addresses)
        self._vault = vault
        self._client = httpx.AsyncClient(follow_redirects=False, trust_env=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def ask(self, call: CallService) -> ServiceAnswered:
        """Ask once and up to ``retries`` times more; a failure is an answer with ``ok=False``, never an exception."""
        params = dict(call.params)
        for name, key in call.secrets.items():
            digits = self._vault.get(key)
            if digits is None:
                return self._failed(call, 0, "secret_gone")
            params[name] = digits
        status = 0
        for _ in range(call.retries + 1):
            try:
                status, data = await self._once(call, params)
            except (httpx.HTTPError, ValueError) as error:
                log.warning("service_failed", url=call.url, why=type(error).__name__)
                continue
            if status < 500:
                return ServiceAnswered(
                    contact=call.contact, request=call.request, ok=status < 400, status=status, data=data
                )
        return self._failed(call, status, "unreachable")

    async def _once(self, call: CallService, params: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        query = {"params": params} if call.method == "GET" else {"json": params}
        timeout = call.timeout_ms / 1_000
        answer = await self._client.request(call.method, self._address(call.url), timeout=timeout, **query)  # type: ignore[arg-type]
        if len(answer.content) > MAX_ANSWER_BYTES:
            raise ValueError("answer too long")
        data = answer.json() if answer.content else {}
        return answer.status_code, data if isinstance(data, dict) else {"value": data}

    def _address(self, url: str) -> str:
        name, _, path = url.removeprefix(SCHEME).partition("/")
        base = self._addresses.get(name)
        if base is None:
            raise httpx.UnsupportedProtocol(f"no address is set for the service {name!r}")
        return f"{base.rstrip('/')}/{path}"

    @staticmethod
    def _failed(call: CallService, status: int, why: str) -> ServiceAnswered:
        log.warning("service_gave_up", url=call.url, why=why)
        return ServiceAnswered(contact=call.contact, request=call.request, ok=False, status=status)
