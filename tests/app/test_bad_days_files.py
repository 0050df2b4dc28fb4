"""Files that are missing or wrong, and a business service in its worst moods: the hotline goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.domain import effects as ef
from callcenter.domain.contact import EndReason, Place
from callcenter.domain.errors import Rejected
from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall
from tests.app import bad_days as day
from tests.app.live import AGENT_TONES, Floor, live

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(60)]


class House:
    def __init__(self, floor: Floor, bank: day.Bank, flows: Path) -> None:
        self.floor, self.bank, self.flows = floor, bank, flows


@pytest.fixture
async def house(
    tmp_path: Path, data: Path, free_ports: list[int], asterisk_install: AsteriskInstall
) -> AsyncIterator[House]:
    flows = day.small_flows(tmp_path / "ivr_flows")
    bank = day.Bank()
    await bank.open()
    async with live(data, free_ports, flows=flows, services={"bank": bank.address}) as floor:
        day.patient(floor)
        yield House(floor, bank, flows)
        await day.clean(floor)
        await bank.close()


async def test_recordings_that_are_gone(house: House) -> None:
    floor = house.floor
    call, contact, _ = await day.talking(floor)
    await call.wait_tone(AGENT_TONES["1001"])
    call.hang_up()
    await day.ended_once(floor, contact, EndReason.CUSTOMER_HUNG_UP)
    record = await day.recording_told(floor, contact)
    assert record is not None
    floor.product.web.recordings.path_of(record).unlink()
    with pytest.raises(Rejected) as refused:
        floor.product.web.recordings.path_of(record)
    assert refused.value.code == "recording_missing"
    await day.nobody_stuck(floor)

    # the PBX's own files go before they are filed
    call, contact, _ = await day.talking(floor)
    await call.wait_tone(AGENT_TONES["1001"])
    for file in floor.product.settings.pbx_recordings.glob("*.wav"):
        file.unlink()
    call.hang_up()
    await day.ended_once(floor, contact, EndReason.CUSTOMER_HUNG_UP)
    assert await day.recording_told(floor, contact) is None
    told = await day.facts(floor, contact)
    assert [fact.state for fact in told if isinstance(fact, ef.RecordingChanged)] == ["started", "failed"]
    entries = [entry async for entry in floor.product.storage.journal.read()]
    alarms = [fact for entry in entries for fact in entry.effects if isinstance(fact, ef.AlarmRaised)]
    assert [(alarm.code, alarm.detail["contact"]) for alarm in alarms] == [("recording_missing", contact)]
    await day.replay_equal(floor)


async def test_a_wrong_flow_file_never_replaces_a_working_one(house: House) -> None:
    floor, file = house.floor, house.flows / "hotline.yaml"
    right = file.read_text()
    file.write_text(right.replace("next: bye, on_fail: bye}", "next: nowhere, on_fail: bye}", 1))
    problem = (await _until_problems(floor, some=True))[0]
    assert Path(problem.file).name == "hotline.yaml"
    line = next(n for n, text in enumerate(file.read_text().splitlines(), 1) if "nowhere" in text)
    assert problem.line == line
    for language in ("zh", "en"):
        said = problem.line_in(language)
        assert f"hotline.yaml:{line}" in said
        assert "nowhere" in said
        assert "—" in said, "it says no mend"

    call, contact = await day.pressed(floor, "1")  # the old one serves
    await floor.until(lambda: day.place_of(floor, contact) in (Place.WAITING, Place.OFFERED), "the queue")
    call.hang_up()
    await day.ended_once(floor, contact, EndReason.ABANDONED_IN_QUEUE)

    file.write_text("flow: hotline\nsteps: [")  # no YAML at all
    assert await _until_problems(floor, some=True)
    call, contact = await day.in_menu(floor)
    call.hang_up()
    await day.ended_once(floor, contact, EndReason.ABANDONED_IN_FLOW)

    file.write_text(right.replace('"1": desk', '"7": desk'))
    assert not await _until_problems(floor, some=False)
    call, contact = await day.pressed(floor, "7")
    await floor.until(lambda: day.place_of(floor, contact) in (Place.WAITING, Place.OFFERED), "the new flow")
    call.hang_up()
    await day.ended_once(floor, contact, EndReason.ABANDONED_IN_QUEUE)


async def _until_problems(floor: Floor, *, some: bool) -> list:
    """What is wrong with the files after they were read once more."""
    publisher = floor.product.publisher
    await publisher.publish()
    assert bool(publisher.problems) is some, [problem.line_in("en") for problem in publisher.problems]
    return publisher.problems


@pytest.mark.parametrize("mood", ["error", "rubbish", "silent", "gone"])
async def test_a_business_service_in_a_bad_mood(house: House, mood: str) -> None:
    floor, bank = house.floor, house.bank
    if mood == "gone":
        await bank.close()
    else:
        bank.mood = mood
    call, contact = await day.pressed(floor, "3")
    if mood == "silent":
        await floor.until(lambda: day.at(floor, contact, "slow"), "the service is asked")
        before = call.rtp.sent
        await call.wait(lambda: call.rtp.sent > before + 25, "the customer patient")
        bank.patience.set()  # it gives up without an answer
    await floor.until(lambda: day.place_of(floor, contact) is Place.WAITING, "the queue all the same")
    taken = [fact.target for fact in await day.facts(floor, contact) if isinstance(fact, ef.BranchTaken)]
    assert "down" in taken
    call.hang_up()
    await day.ended_once(floor, contact, EndReason.ABANDONED_IN_QUEUE)


async def test_asking_again_after_the_files_are_watched(house: House) -> None:
    """The watch sees a changed file by itself."""
    floor, file = house.floor, house.flows / "hotline.yaml"
    file.write_text(file.read_text().replace("测试热线", "换了名字"))

    def renamed() -> bool:
        return "换了名字" in str(floor.product.engine.center.state.flows["hotline"])

    await floor.until(renamed, "the new title", 10)
