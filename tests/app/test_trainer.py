"""Training beside the work, and who answers: nothing that fails changes who does."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from callcenter.app.training.desk import AssistantTrainer
from callcenter.app.training.models import Models
from callcenter.app.training.process import WORKER
from callcenter.bot.canary import is_tried_on
from callcenter.bot.service import EmbeddedAssistant, Version
from callcenter.domain.access_records import AuditQuery
from callcenter.domain.errors import Rejected
from callcenter.domain.training import ModelVersion, Review, Training, TrainingStage, Verdict
from callcenter.storage import Storage, upgrade
from tests.app.test_assistant_model import NLU
from tests.web.doubles import SetClock

T0 = 1_800_000_000_000
SAID = "机器吞了我的东西"
OTHERS = ("机器吞卡了", "提款机把卡吞了", "卡被机器吃了", "取款机吞了我的卡")


class House:
    """An assistant, its trainer and the models' folder."""

    def __init__(self, folder: Path, storage: Storage, command: tuple[str, ...] = WORKER) -> None:
        self.storage, self.assistant = storage, EmbeddedAssistant()
        self.models = Models(self.assistant, storage.training, storage.audit, SetClock(T0), folder / "nlu-trained")
        self.trainer = AssistantTrainer(
            self.models, storage.training, storage.audit, SetClock(T0), folder / "project", command=command
        )

    async def trained(self) -> Training:
        """Train, and wait until it is over."""
        await self.trainer.train("sumin")
        async for _ in self.trainer.changes():
            job = self.trainer.training()
            if job is not None and job.is_over:
                return job
        raise AssertionError("the changes ended")

    async def keep(self, intent: str, *texts: str) -> None:
        for number, text in enumerate(texts, 1):
            await self.storage.training.review(Review(f"c-{intent}", number, Verdict.CORRECTED, intent, text, "s", T0))

    async def acts(self) -> list[str]:
        return [row.record.act for row in await self.storage.audit.page(AuditQuery(limit=50))]


@asynccontextmanager
async def opened(folder: Path, command: tuple[str, ...] = WORKER) -> AsyncIterator[House]:
    data = folder / "project" / "data"
    if not data.exists():
        data.mkdir(parents=True)
        (data / "nlu.yml").write_text(NLU)
        (folder / "project" / "domain.yml").write_text('version: "3.1"\nintents: [lost, balance]\n')
    url = f"sqlite+aiosqlite:///{folder / 'center.db'}"
    if not (folder / "center.db").exists():
        upgrade(url)
    storage = await Storage.open(url)
    made = House(folder, storage, command)
    try:
        yield made
    finally:
        await made.trainer.close()
        made.assistant.close()
        await storage.close()


async def test_trained_judged_approved_by_another_and_taken_back_without_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        shipped = (tmp_path / "project" / "data" / "nlu.yml").read_bytes()
        await house.keep("swallowed", SAID, *OTHERS)
        job = await house.trained()
        assert job.stage is TrainingStage.DONE, job
        (made,) = await house.storage.training.models()
        assert (made.id, made.made_by, made.sentences) == (job.model, "sumin", 13)
        assert made.report["held_out"] == "split"
        assert (tmp_path / "project" / "data" / "nlu.yml").read_bytes() == shipped
        assert house.assistant.model is None, "nothing serves that nobody approved"

        number = await house.trainer.submit("sumin", made.id, 100, "吞卡")
        with pytest.raises(Rejected, match="own_rollout"):
            await house.trainer.approve("sumin", number)
        await house.trainer.approve("admin", number)
        found = await house.assistant.understand(SAID, T0)
        assert (found.intent, found.model) == ("swallowed", made.id)
        assert house.trainer.serving().model == made.id

        await house.trainer.roll_back("sumin")
        assert house.assistant.promoted is None
        assert await house.acts() == ["model_rolled_back", "model_approved", "model_submitted", "model_trained"]

    async with opened(tmp_path) as again:
        await again.models.restore()
        assert again.assistant.promoted is None, "it was taken back"


async def test_a_model_that_is_damaged_leaves_the_old_one(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        first = (await house.trained()).model
        second = (await house.trained()).model
        await house.trainer.approve("admin", await house.trainer.submit("sumin", first, 100, ""))
        number = await house.trainer.submit("sumin", second, 100, "")
        weights = tmp_path / "nlu-trained" / second / "weights.npy"
        weights.write_bytes(weights.read_bytes()[:-9])
        with pytest.raises(Rejected, match="damaged") as refused:
            await house.trainer.approve("admin", number)
        assert refused.value.code == "model_damaged"
        assert house.trainer.serving().model == first
        with pytest.raises(Rejected, match="rollout_waiting"):
            await house.trainer.submit("sumin", first, 100, "")
        await house.trainer.send_back("admin", number, "broken")
        (tmp_path / "nlu-trained" / first / "manifest.json").write_text("{}")
    async with opened(tmp_path) as again:
        again.assistant.take(Version(object(), "shipped"))  # type: ignore[arg-type]  # only its name is asked
        await again.models.restore()
        serving = again.trainer.serving()
        assert serving.model == "shipped"
        assert "this is no model of callcenter" in serving.trouble


async def test_contradictory_files_are_named_with_line_and_mend(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        nlu = tmp_path / "project" / "data" / "nlu.yml"
        nlu.write_text(NLU + "    - 卡丢了\n")
        job = await house.trained()
        assert (job.stage, job.fault) == (TrainingStage.FAILED, "data_wrong")
        assert f"{nlu}:{len(NLU.splitlines()) + 1}: " in job.detail["en"]
        assert job.detail["zh"] != job.detail["en"]
        assert await house.storage.training.models() == []


async def test_a_sentence_that_contradicts_a_shipped_one_takes_its_place(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.keep("balance", "卡丢了！")
        job = await house.trained()
        assert job.stage is TrainingStage.DONE, job
        manifest = json.loads((tmp_path / "nlu-trained" / job.model / "manifest.json").read_text())
        assert manifest["intents"] == ["balance", "lost"]


DIES = (
    sys.executable,
    "-c",
    "import os,sys,json,pathlib; task=json.load(sys.stdin); out=pathlib.Path(task['out']);"
    "half=out.parent/('.'+out.name+'-x'); half.mkdir(parents=True); (half/'weights.npy').write_text('half');"
    'print(\'{"type":"told","stage":"training","done":1,"of":6}\', flush=True); os.kill(os.getpid(), 9)',
)


async def test_killed_in_the_middle_changes_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path, DIES) as house:
        job = await house.trained()
        assert (job.stage, job.fault) == (TrainingStage.FAILED, "broke_off")
        assert await house.storage.training.models() == []
    async with opened(tmp_path) as house:
        job = await house.trained()
        assert job.stage is TrainingStage.DONE
        assert [one.name for one in (tmp_path / "nlu-trained").iterdir()] == [job.model], "the half one is swept away"


async def test_one_at_a_time_and_cancelled(tmp_path: Path) -> None:
    waits = (sys.executable, "-c", "import sys; sys.stdin.read(); sys.stdin.close(); import signal; signal.pause()")
    async with opened(tmp_path, waits) as house:
        await house.trainer.train("sumin")
        with pytest.raises(Rejected, match="training_running"):
            await house.trainer.train("admin")
        await house.trainer.cancel()
        job = house.trainer.training()
        assert job is not None
        assert job.stage is TrainingStage.CANCELLED


async def test_near_examples_shipped_and_own(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.keep("swallowed", *OTHERS)
        assert [(one.text, one.intent, one.likeness) for one in await house.trainer.near("卡丢了。")] == [
            ("卡丢了", "lost", 1.0)
        ]
        assert (await house.trainer.near("提款机把卡吞了！"))[0].intent == "swallowed"


async def test_a_share_of_new_contacts_tries_the_canary(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        made = (await house.trained()).model
        house.assistant.take(Version(object(), "shipped"))  # type: ignore[arg-type]  # only its name is asked
        for share in (0, 101):
            with pytest.raises(Rejected, match="share_wrong"):
                await house.trainer.submit("sumin", made, share, "")
        with pytest.raises(Rejected, match="unknown_model"):
            await house.trainer.submit("sumin", "../nlu", 100, "")
        await house.trainer.approve("admin", await house.trainer.submit("sumin", made, 20, ""))
        assert (house.trainer.serving().model, house.trainer.serving().canary) == ("shipped", made)

        def share_of(at_ms: int) -> float:
            contacts = [f"chat-{at_ms:012x}7{k:019x}" for k in range(2000)]
            versions = [house.assistant.version_for(one) for one in contacts]
            return sum(one is not None and one.id == made for one in versions) / len(contacts)

        assert share_of(T0 - 1) == 0, "those that had begun stay with theirs"
        assert 0.17 < share_of(T0 + 1) < 0.23
        await house.trainer.roll_back("sumin")
        assert house.trainer.serving().canary == ""


def test_the_same_contact_is_always_tried_alike() -> None:
    contact = f"chat-{T0:012x}7{1:019x}"
    assert len({is_tried_on(contact, 50, T0) for _ in range(20)}) == 1
    assert not is_tried_on("", 100, 0)
    assert is_tried_on(contact, 100, T0)
    assert not is_tried_on("chat-odd", 100, T0), "when it began is not known"


async def test_models_of_another_assistant_are_refused(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        off = Models(
            house.assistant, house.storage.training, house.storage.audit, SetClock(T0), tmp_path / "m", off=True
        )
        await house.storage.training.add_model(ModelVersion("m", T0, "s", "d", 1))
        with pytest.raises(Rejected, match="assistant_not_embedded"):
            await off.submit("sumin", "m", 100, "")
