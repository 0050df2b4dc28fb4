"""What would have been, as supervisors ask it: worked out in a process of its own, cancelled, bounded, kept a while."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
import textwrap
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, time
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from callcenter.app.past_day import load, window_of
from callcenter.app.what_if import answering, jobs, limits, worker
from callcenter.app.what_if.answering import answer
from callcenter.app.what_if.jobs import WhatIfJobs
from callcenter.app.what_if.worker import Failed, Line, Said, Task, Told
from callcenter.domain.config import AgentConfig, QueueConfig
from callcenter.domain.errors import ConfigError, Rejected
from callcenter.domain.what_if import Answer, Change, Job, MoreStaff, OtherPolicy, OtherSkill, Question, Stage
from callcenter.simulation.overlay import Overlay, apply
from tests.app.lived import live_one_day
from tests.simulation.virtual_day import bank
from tests.web.doubles import SetClock

pytestmark = pytest.mark.timeout(300)
"""The process gives way to whatever else runs here."""
ZONE = "Asia/Shanghai"
ONE_MORE = MoreStaff(1, "team:floor")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = live_one_day(tmp_path_factory.mktemp("lived") / "callcenter.db")
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(autouse=True)
def few_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "REPLICATIONS", 6)


def question(change: Change = ONE_MORE, day: str = "2026-11-27", start: str = "10:00", end: str = "11:00") -> Question:
    return Question(day, start, end, change)


def answered(url: str, change: Change = ONE_MORE, **hours: str) -> Answer:
    return answer(url, ZONE, question(change, **hours), lambda made, of: None)


# --- the answer


def test_one_more_answers_more_in_time(url: str) -> None:
    told: list[tuple[int, int]] = []
    found = answer(url, ZONE, question(), lambda made, of: told.append((made, of)))
    assert told == [(made, 12) for made in range(13)]
    more = found.total.difference["within_level"]
    assert more.is_clear
    assert more.low > 5
    assert found.total.difference["abandoned"].high < 0
    assert found.total.before["offered"].mean == 100
    assert found.total.actual["offered"] == 100
    assert (found.total.unlike, found.notes, found.runs) == ((), (), 6)
    levels = {queue.queue: queue.level_ms for queue in found.queues}
    assert (levels["elder"], levels["general"], found.total.level_ms) == (15_000, 20_000, None)


def test_the_figures_are_those_of_the_simulator(url: str) -> None:
    found = answered(url, MoreStaff(-1, "queue:card"))
    for queue in (*found.queues, found.total):
        for name, value in queue.difference.items():
            assert value.mean == pytest.approx(queue.after[name].mean - queue.before[name].mean)
    assert found.total.difference["service_level"].high < 0


def test_skills_and_policies_are_changed(url: str) -> None:
    helped = answered(url, OtherSkill("1001", "card", 7))
    card = next(queue for queue in helped.queues if queue.queue == "card")
    assert card.difference["service_level"].mean > 0
    turned = answered(url, OtherPolicy("card", agents="highest_level"))
    assert turned.total.before == helped.total.before


@pytest.mark.parametrize(
    ("change", "hours", "code"),
    [
        (ONE_MORE, {"day": "2026-11-20"}, "no_configuration"),
        (ONE_MORE, {"day": "2026-11-28"}, "nobody_came"),
        (ONE_MORE, {"start": "03:00", "end": "04:00"}, "nobody_came"),
        (MoreStaff(-9, "team:floor"), {}, "too_few_there"),
        (MoreStaff(1, "team:gone"), {}, "team_empty"),
        (MoreStaff(1, "queue:gone"), {}, ""),
        (OtherSkill("9999", "card", 5), {}, ""),
    ],
)
def test_what_can_not_be_answered_says_why(url: str, change: Change, hours: dict[str, str], code: str) -> None:
    with pytest.raises(ConfigError) as refused:
        answered(url, change, **hours)
    assert refused.value.code == code


def test_a_page_does_not_take_on_too_much(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "MOST_CONTACTS", 100)
    with pytest.raises(ConfigError) as refused:
        answered(url)
    assert refused.value.code == "too_many_contacts"
    monkeypatch.setattr(answering, "MOST_CONTACTS", 1_000)
    monkeypatch.setattr(answering, "RUN_CONTACTS", 10)
    assert answered(url).runs == answering.FEWEST_RUNS


def test_the_hours_of_the_change_are_those_asked_about(url: str) -> None:
    scenario = load(url, window_of(date(2026, 11, 27), time(10), time(11), ZONE), ZONE).scenario
    by_question = apply(scenario, answering.overlay_of(question(), bank()))
    assert by_question == apply(scenario, Overlay.model_validate({"agents": "+1 in team floor 10:00-11:00"}))


def test_whom_agents_serve_first_is_one_order_for_all_queues_they_share() -> None:
    apart = AgentConfig("1009", "R", team="regulator", queues=("regulator",))
    queues = {**bank().queues, "regulator": QueueConfig("regulator", {"en": "R"}, teams=("regulator",))}
    queues["card"] = replace(queues["card"], teams=("cards",))
    queues["general"] = replace(queues["general"], teams=("floor", "cards"))
    queues["elder"] = replace(queues["elder"], teams=("floor",))
    config = replace(bank(), queues=queues, agents={**bank().agents, "1009": apart})
    changed = answering.overlay_of(question(OtherPolicy("card", "round_robin", "longest_wait")), config).queues
    assert changed == {
        "card": {"policy": "round_robin", "contact_policy": "longest_wait"},
        "general": {"contact_policy": "longest_wait"},
        "elder": {"contact_policy": "longest_wait"},
    }
    alone = answering.overlay_of(question(OtherPolicy("regulator", contacts="longest_wait")), config).queues
    assert alone == {"regulator": {"contact_policy": "longest_wait"}}


# --- the worker


def lines_of(task: Task) -> list[Line]:
    out = io.BytesIO()
    worker.work(task, out)
    decode = msgspec.json.Decoder(Line).decode
    return [decode(line) for line in out.getvalue().splitlines()]


def test_the_worker_tells_how_far_it_is_and_then_the_answer(url: str) -> None:
    *told, last = lines_of(Task(url, ZONE, question()))
    assert told == [Told(made, 12) for made in range(13)]
    assert last == Said(answered(url))


def test_the_worker_names_the_days_there_are_where_there_is_nothing(url: str, tmp_path: Path) -> None:
    (failed,) = lines_of(Task(url, ZONE, question(day="2026-11-29")))
    assert isinstance(failed, Failed)
    assert (failed.fault, failed.first_day, failed.last_day) == ("nobody_came", "2026-11-27", "2026-11-27")
    (gone,) = lines_of(Task(f"sqlite+aiosqlite:///{tmp_path}/none.db", ZONE, question()))
    assert isinstance(gone, Failed)
    assert gone.fault in ("does_not_fit", "journal_unreadable")


# --- jobs


@asynccontextmanager
async def jobs_of(url: str, **more: object) -> AsyncIterator[tuple[WhatIfJobs, SetClock]]:
    clock = SetClock(1_000)
    made = WhatIfJobs(url, ZONE, clock, **more)  # type: ignore[arg-type]
    try:
        yield made, clock
    finally:
        await made.close()


async def until(made: WhatIfJobs, owner: str, fits: Callable[[Job], bool]) -> Job:
    """The job once it fits; looked at whenever it tells more."""

    async def look() -> Job:
        async for _ in made.changes(owner):
            job = made.job(owner)
            assert job is not None
            if fits(job):
                return job
        raise AssertionError

    return await asyncio.wait_for(look(), 150)


def script(text: str) -> tuple[str, ...]:
    """A worker that does something else."""
    return sys.executable, "-c", textwrap.dedent(text)


FOREVER = script("""
    import os, signal, sys
    sys.stdin.buffer.read()
    with open(os.environ["PID_FILE"], "w") as file:
        file.write(str(os.getpid()))
    print('{"type":"told","runs":3,"runs_in_all":40}', flush=True)
    signal.pause()
""")


async def test_a_question_is_worked_out_in_a_process_of_its_own(url: str) -> None:
    async with jobs_of(url) as (made, _):
        job = await made.ask("liqiang", question())
        assert (job.stage, job.is_over) == (Stage.WAITING, False)
        done = await until(made, "liqiang", lambda job: job.is_over)
        assert (done.stage, done.id, done.runs, done.runs_in_all) == (Stage.DONE, job.id, 40, 40)
        assert done.answer is not None
        assert done.answer.total.difference["within_level"].is_clear
        assert made.job("zhangli") is None


async def test_a_fault_is_told(url: str) -> None:
    async with jobs_of(url) as (made, _):
        await made.ask("liqiang", question(day="2026-11-29"))
        failed = await until(made, "liqiang", lambda job: job.is_over)
        assert (failed.stage, failed.fault, failed.last_day) == (Stage.FAILED, "nobody_came", "2026-11-27")


async def test_cancelling_ends_the_process(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "pid"
    monkeypatch.setenv("PID_FILE", str(file))
    async with jobs_of(url, command=FOREVER) as (made, _):
        await made.ask("liqiang", question())
        running = await until(made, "liqiang", lambda job: job.stage is Stage.RUNNING)
        assert (running.runs, running.runs_in_all) == (3, 40)
        pid = int(file.read_text())
        await made.cancel("liqiang")
        assert (job := made.job("liqiang")) is not None
        assert job.stage is Stage.CANCELLED
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
        await made.cancel("liqiang")
        await made.cancel("nobody")


async def test_a_process_that_is_killed_is_no_answer_and_the_next_one_goes_on(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "pid"
    monkeypatch.setenv("PID_FILE", str(file))
    async with jobs_of(url, command=FOREVER) as (made, _):
        await made.ask("liqiang", question())
        await made.ask("ops", question())
        await until(made, "liqiang", lambda job: job.stage is Stage.RUNNING)
        os.kill(int(file.read_text()), signal.SIGKILL)
        failed = await until(made, "liqiang", lambda job: job.is_over)
        assert (failed.stage, failed.fault) == (Stage.FAILED, "broke_off")
        await until(made, "ops", lambda job: job.stage is Stage.RUNNING)


async def test_one_for_each_person_and_one_at_a_time_over_all(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PID_FILE", str(tmp_path / "pid"))
    monkeypatch.setattr(jobs, "MOST_WAITING", 2)
    async with jobs_of(url, command=FOREVER) as (made, _):
        await made.ask("liqiang", question())
        await until(made, "liqiang", lambda job: job.stage is Stage.RUNNING)
        with pytest.raises(Rejected, match="what_if_running"):
            await made.ask("liqiang", question())
        await made.ask("ops", question())
        with pytest.raises(Rejected, match="what_if_busy"):
            await made.ask("leader", question())
        assert (job := made.job("ops")) is not None
        assert job.stage is Stage.WAITING
        await made.cancel("liqiang")
        await until(made, "ops", lambda job: job.stage is Stage.RUNNING)
        again = await made.ask("liqiang", question())
        assert again.stage is Stage.WAITING


@pytest.mark.parametrize(
    "worker_script",
    [
        "pass",
        "import sys; sys.exit(3)",
        "print('nonsense')",
        'print(\'{"type":"said"}\')',
        f"print('x' * {jobs.LINE_BYTES * 2})",
    ],
)
async def test_a_worker_that_breaks_off_is_no_answer(url: str, worker_script: str) -> None:
    async with jobs_of(url, command=script(worker_script)) as (made, _):
        await made.ask("liqiang", question())
        failed = await until(made, "liqiang", lambda job: job.is_over)
        assert (failed.stage, failed.fault) == (Stage.FAILED, "broke_off")


async def test_a_worker_that_is_not_there_is_no_answer(url: str) -> None:
    async with jobs_of(url, command=("/nowhere/python",)) as (made, _):
        await made.ask("liqiang", question())
        assert (await until(made, "liqiang", lambda job: job.is_over)).fault == "broke_off"


async def test_what_takes_too_long_is_stopped(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PID_FILE", str(tmp_path / "pid"))
    async with jobs_of(url, command=FOREVER, timeout_s=1.0) as (made, _):
        await made.ask("liqiang", question())
        assert (await until(made, "liqiang", lambda job: job.is_over)).fault == "too_large"


async def test_answers_are_kept_for_a_while(url: str) -> None:
    async with jobs_of(url, command=script("pass")) as (made, clock):
        await made.ask("liqiang", question())
        await until(made, "liqiang", lambda job: job.is_over)
        clock.now += jobs.KEPT_MS
        assert made.job("liqiang") is not None
        clock.now += 2
        assert made.job("liqiang") is None


async def test_only_so_many_are_kept(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "KEPT", 2)
    async with jobs_of(url, command=script("pass")) as (made, clock):
        for owner in ("a", "b", "c"):
            clock.now += 1
            await made.ask(owner, question())
            await until(made, owner, lambda job: job.is_over)
        assert [made.job(owner) is not None for owner in ("a", "b", "c")] == [False, True, True]


async def test_the_worker_gives_way_and_is_bounded(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Niceness, processor time and memory, as the process itself sees them."""
    file = tmp_path / "limits"
    monkeypatch.setenv("LIMITS", str(file))
    asked = script("""
        import os, resource
        from callcenter.app.what_if import limits
        limits.give_way()
        limits = resource.getrlimit(resource.RLIMIT_CPU)[0], resource.getrlimit(resource.RLIMIT_AS)[0]
        open(os.environ["LIMITS"], "w").write(f"{os.nice(0)} {limits[0]} {limits[1]} {'CALLCENTER_X' in os.environ}")
    """)
    monkeypatch.setenv("CALLCENTER_X", "secret")
    async with jobs_of(url, command=asked) as (made, _):
        await made.ask("liqiang", question())
        await until(made, "liqiang", lambda job: job.is_over)
    niceness, cpu, memory, secret = file.read_text().split()
    assert int(niceness) >= limits.NICENESS
    assert (int(cpu), int(memory), secret) == (limits.CPU_S, limits.MEMORY_BYTES, "False")
