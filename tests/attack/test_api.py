"""schemathesis makes up requests from the API's own description, as each role: no crash, and no answer it denies."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks

from tests.attack.house import USERS, house

CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
ROLES = sorted({str(role) for role, _ in USERS.values()})


@dataclass
class Server:
    """A house on a port of its own, in a thread of its own."""

    base: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    up: threading.Event = field(default_factory=threading.Event)
    trouble: BaseException | None = None

    async def run(self) -> None:
        async with house(calls=True) as made:
            made.app.state.api.state.limits.take = lambda *_: None
            self.tokens = {role: await made.token(role) for role in ROLES}
            config = uvicorn.Config(made.app, port=0, log_level="error", lifespan="off")
            self.server = uvicorn.Server(config)
            sock = config.bind_socket()
            sock.listen(128)
            self.base = f"http://127.0.0.1:{sock.getsockname()[1]}/api/v1"
            self.up.set()
            await self.server.serve(sockets=[sock])

    def work(self) -> None:
        try:
            asyncio.run(self.run())
        except BaseException as trouble:
            self.trouble = trouble
        finally:
            self.up.set()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.work)
    thread.start()
    assert made.up.wait(60)
    if made.trouble is not None:
        raise made.trouble
    yield made
    made.server.should_exit = True
    thread.join(30)


def attack(server: Server, role: str, examples: int) -> int:
    schema = schemathesis.openapi.from_url(f"{server.base}/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def one(case: schemathesis.Case) -> None:
            headers = {"Authorization": f"Bearer {server.tokens[role]}"}
            case.call_and_validate(base_url=server.base, headers=headers, checks=CHECKS)

        one()
    return len(operations)


@pytest.mark.parametrize("role", ROLES)
def test_the_api_as_each_role(server: Server, role: str) -> None:
    assert attack(server, role, 6) > 8


@pytest.mark.heavy
@pytest.mark.timeout(900)
@pytest.mark.parametrize("role", ROLES)
def test_the_api_as_each_role_at_length(server: Server, role: str) -> None:
    assert attack(server, role, 200) > 8
