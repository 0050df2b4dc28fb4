"""Virtual time."""

from __future__ import annotations

import asyncio
import threading

import pytest

from callcenter.telephony.simulated.clock import VirtualClock


async def test_timers_fire_in_order_and_at_their_time() -> None:
    clock, seen = VirtualClock(0), []

    async def note(at: int) -> None:
        await clock.sleep_until(at)
        seen.append((at, clock.now_ms()))

    tasks = [asyncio.create_task(note(at)) for at in (300, 100, 200, 100)]
    await clock.advance(250)
    assert seen == [(100, 100), (100, 100), (200, 200)]
    assert clock.now_ms() == 250
    await clock.advance(50)
    await asyncio.gather(*tasks)
    assert seen[-1] == (300, 300)


async def test_a_timer_started_by_a_timer_fires_within_the_same_advance() -> None:
    clock, seen = VirtualClock(0), []

    async def tick() -> None:
        while True:
            await clock.sleep_until(clock.now_ms() + 10)
            seen.append(clock.now_ms())

    task = asyncio.create_task(tick())
    await clock.advance(100)
    task.cancel()
    assert seen == list(range(10, 101, 10))


async def test_until_jumps_to_the_result() -> None:
    clock = VirtualClock(0)

    async def an_hour() -> str:
        await clock.sleep_until(3_600_000)
        return "done"

    assert await clock.until(an_hour()) == "done"
    assert clock.now_ms() == 3_600_000


async def test_until_says_when_nothing_can_happen() -> None:
    clock = VirtualClock(0)
    with pytest.raises(TimeoutError, match="nothing is left"):
        await clock.until(asyncio.Event().wait())


async def test_time_waits_for_work_outside_the_loop() -> None:
    done: list[int] = []
    clock = VirtualClock(0, quiet=lambda: bool(done))

    async def work() -> None:
        await asyncio.to_thread(done.append, 1)

    task = asyncio.create_task(work())
    await clock.settle()
    assert done
    await task


async def test_running_time_goes_on_by_itself() -> None:
    clock = VirtualClock(0)
    async with clock.running():
        await clock.sleep_until(50_000)
        await clock.sleep_until(90_000)
    assert clock.now_ms() == 90_000


async def test_time_waits_for_work_in_threads() -> None:
    clock, may_end = VirtualClock(0), threading.Event()

    async def timer() -> int:
        await clock.sleep_until(1_000)
        may_end.set()
        return clock.now_ms()

    async def thread() -> int:
        assert not await asyncio.to_thread(may_end.wait, 0.05)
        return clock.now_ms()

    async with clock.running():
        assert await asyncio.gather(thread(), timer()) == [0, 1_000]
