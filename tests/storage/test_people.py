"""Users, sessions, customers and the configuration."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from callcenter.app.demo import demo_config, seed
from callcenter.domain.access import Role
from callcenter.domain.config import CenterConfig
from callcenter.domain.errors import Rejected
from callcenter.domain.records import Customer, Session, User
from callcenter.storage import Storage

USER = User(0, "1001", "王晓梅", Role.AGENT, "hash", agent_id="1001")


async def test_users(storage: Storage) -> None:
    made = await storage.users.add(USER)
    assert made.id > 0
    assert await storage.users.by_name("1001") == made
    assert await storage.users.by_id(made.id) == made
    assert await storage.users.by_name("nobody") is None
    changed = msgspec.structs.replace(made, role=Role.SUPERVISOR, disabled=True, language="en")
    await storage.users.update(changed)
    assert await storage.users.by_id(made.id) == changed
    await storage.users.add(msgspec.structs.replace(USER, name="0999"))
    assert [user.name for user in await storage.users.all()] == ["0999", "1001"]


async def test_a_name_is_given_once(storage: Storage) -> None:
    first = await storage.users.add(USER)
    results = await asyncio.gather(
        *(storage.users.add(msgspec.structs.replace(USER, name="x")) for _ in range(4)), return_exceptions=True
    )
    refused = [r for r in results if isinstance(r, Rejected)]
    assert [r.code for r in refused] == ["name_taken"] * 3
    with pytest.raises(Rejected, match="taken"):
        await storage.users.update(msgspec.structs.replace(first, name="x"))
    with pytest.raises(Rejected, match="no user"):
        await storage.users.update(msgspec.structs.replace(first, id=999, name="y"))


async def test_sessions(storage: Storage) -> None:
    user = await storage.users.add(USER)
    session = Session("t1", user.id, "csrf", 1_000, 9_000, 1_000)
    await storage.users.add_session(session)
    await storage.users.touch_session("t1", 2_000)
    assert await storage.users.session("t1") == msgspec.structs.replace(session, seen_ms=2_000)
    await storage.users.end_session("t1")
    assert await storage.users.session("t1") is None
    for token in ("t2", "t3"):
        await storage.users.add_session(msgspec.structs.replace(session, token_hash=token))
    await storage.users.end_sessions_of(user.id)
    assert await storage.users.session("t2") is None
    assert await storage.users.purge_sessions(9_001) == 3
    with pytest.raises(Rejected) as caught:
        await storage.users.add_session(msgspec.structs.replace(session, user_id=99))
    assert caught.value.code == "unknown_user"


async def test_customers(storage: Storage) -> None:
    customer = Customer(0, "何大海", "+8613800001002", 1949, "gold", ("养老金", "a,b"), "慢")
    await storage.customers.add_many([customer, Customer(0, "林小燕", "+8613800001001")])
    for written in ("+8613800001002", "13800001002", "138 0000 1002", "008613800001002"):
        found = await storage.customers.by_phone(written)
        assert found is not None, written
        assert found == msgspec.structs.replace(customer, id=found.id)
    for nobody in ("", "anonymous", "13800009999", "\x00", "1" * 400):
        assert await storage.customers.by_phone(nobody) is None
    await storage.customers.add_many([msgspec.structs.replace(customer, name="何大海（新）")])
    again = await storage.customers.by_phone(customer.phone)
    assert again is not None
    assert (again.id, again.name) == (found.id, "何大海（新）")
    await storage.customers.add_many([])


async def test_configuration(storage: Storage) -> None:
    assert await storage.config.load() is None
    await storage.config.save(CenterConfig(caller_number="1"))
    await storage.config.save(demo_config())
    assert await storage.config.load() == demo_config()


async def test_seeding_twice_changes_nothing(storage: Storage) -> None:
    async def plant() -> list[tuple[str, str]]:
        return await seed(storage.users, storage.customers, storage.config, hash_password=lambda word: f"#{word}")

    made = await plant()
    assert {"1001", "1007", "leader", "quality"} <= {name for name, _ in made}
    assert len({password for _, password in made}) == len(made)
    for name, password in made:
        user = await storage.users.by_name(name)
        assert user is not None
        assert user.password_hash == f"#{password}"
        assert not user.agent_id or user.agent_id in demo_config().agents
    leader = await storage.users.by_name("leader")
    assert leader is not None
    await storage.users.update(msgspec.structs.replace(leader, disabled=True))
    edited = msgspec.structs.replace(demo_config(), caller_number="400")
    await storage.config.save(edited)
    assert await plant() == []
    assert await storage.config.load() == edited
    assert (await storage.users.by_name("leader")).disabled  # type: ignore[union-attr]


def test_the_demo_bank_fits_together() -> None:
    """Every queue has someone who qualifies, and every overflow leads to a queue."""
    config = demo_config()
    known = {reason.id for reason in config.dispositions}
    for queue in config.queues.values():
        assert set(queue.names) == {"zh", "en"}
        assert set(queue.dispositions) == known
        for overflow in queue.overflow:
            assert overflow.target.removeprefix("queue:") in config.queues
        assert any(
            all(agent.skills.get(need.skill, 0) >= need.level for need in queue.skills if need.required)
            for agent in config.agents.values()
        ), queue.id
    assert "*" not in config.numbers
