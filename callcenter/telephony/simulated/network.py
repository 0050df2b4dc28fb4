"""The simulated telephone network: an exchange and people with telephones, in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from callcenter.domain.contact import Endpoint, LegEndCause, Prompt
from callcenter.domain.effects import Originate, SuperviseMode
from callcenter.domain.events import (
    CallArrived,
    Event,
    LegAnswered,
    LegEnded,
    LegRinging,
    TelephonyLost,
)
from callcenter.domain.ports import Clock
from callcenter.telephony.simulated.model import SimulatedLeg, duration_ms
from callcenter.telephony.simulated.party import Heard, SimulatedParty, SimulatedPhone
from callcenter.telephony.simulated.recorder import SimulatedRecorder

_RING_AFTER_MS = 50
_DETECTION_MS = 2_000


class SimulatedNetwork:
    """Lives on when the adapter stops, as a PBX would. All times come from ``clock``."""

    def __init__(self, clock: Clock, recordings_dir: Path, new_id: Callable[[], str]) -> None:
        self.clock = clock
        self.legs: dict[str, SimulatedLeg] = {}
        self.recorder = SimulatedRecorder(self, recordings_dir)
        self.reachable = True
        self.sink: Callable[[Event], None] | None = None
        self.outside_answers_ms: int | None = None
        """After how long an outside number without a telephone of its own picks up; None: it can not be reached."""
        self.on_key: Callable[[str, str], None] | None = None
        self.unclaimed: list[CallArrived] = []
        self._new_id = new_id
        self._phones: dict[str, SimulatedPhone] = {}
        self._heard: dict[str, list[str]] = {}
        self._used: set[str] = set()
        self._count = 0
        self._tasks: set[asyncio.Task[None]] = set()

    # --- the scripted world

    def call(self, caller: str, dialled: str, line: str = "trunk") -> SimulatedParty:
        """Someone rings us; ``CallArrived`` is delivered, again after each restart until we answer."""
        party = SimulatedParty(self, caller)
        self._count += 1
        leg = SimulatedLeg(f"sim-{self._count}", self._new_id(), party, originated=False)
        self.legs[leg.id] = leg
        party.begin(leg.id)
        arrived = CallArrived(contact=leg.contact, leg=leg.id, caller=caller, dialled=dialled, line=line)
        self.unclaimed.append(arrived)
        self.emit(arrived)
        return party

    def phone(
        self,
        endpoint: str,
        *,
        answer_after_ms: int | None = 0,
        reject: bool = False,
        busy: bool = False,
        online: bool = True,
        machine: bool = False,
    ) -> SimulatedPhone:
        """The telephone at ``endpoint`` (``agent:1001``), made if new, with these habits from now on."""
        phone = self._phones.setdefault(endpoint, SimulatedPhone(self, endpoint))
        phone.answer_after_ms, phone.online, phone.machine = answer_after_ms, online, machine
        phone.refuses = LegEndCause.BUSY if busy else LegEndCause.REJECTED if reject else None
        return phone

    def phone_at(self, endpoint: str) -> SimulatedPhone:
        """The telephone at ``endpoint`` as it is. Raises ``KeyError`` when there is none."""
        return self._phones[endpoint]

    def has_phone(self, endpoint: str) -> bool:
        """Whether there is a telephone at ``endpoint``."""
        return endpoint in self._phones

    def break_connection(self) -> None:
        """The exchange can not be reached; calls go on."""
        if self.reachable:
            self.emit(TelephonyLost())
            self.reachable = False

    def crash(self) -> None:
        """The exchange dies, and every call with it."""
        self.break_connection()
        for leg in tuple(self.legs.values()):
            self.end_leg(leg.id, LegEndCause.FAILED)

    # --- what parties do

    def pressed(self, leg: str, key: str) -> None:
        """A key was pressed on this leg."""
        if leg in self.legs and self.on_key is not None and self.reachable:
            self.on_key(leg, key)

    def party_left(self, leg: str, cause: LegEndCause) -> None:
        """A party hung up or refused."""
        self.end_leg(leg, cause)

    def phone_answered(self, leg_id: str, *, machine: bool = False) -> None:
        """A dialled party picked up."""
        leg = self.legs.get(leg_id)
        if leg is None or leg.answered:
            return
        if leg.dialling is not None and leg.dialling is not asyncio.current_task():
            leg.dialling.cancel()
        self.up(leg)
        self.emit(LegAnswered(leg=leg.id, machine=machine))

    # --- what the adapter asks for

    def emit(self, event: Event) -> None:
        """Tell our side, if it can be reached."""
        if self.sink is not None and self.reachable:
            self.sink(event)

    def up(self, leg: SimulatedLeg) -> None:
        """The leg is answered."""
        leg.answered = leg.party.answered = True
        self.unclaimed = [arrived for arrived in self.unclaimed if arrived.leg != leg.id]
        leg.party.ringing = False
        self.changed()

    def originate(self, command: Originate) -> None:
        """Dial a telephone."""
        if command.leg in self._used:
            return
        self._used.add(command.leg)
        phone = self._phones.get(str(command.endpoint)) or self._outside(command.endpoint)
        if phone is None or not phone.online:
            self.emit(LegEnded(leg=command.leg, cause=LegEndCause.UNREACHABLE))
        elif phone.leg or phone.refuses:
            self.emit(LegEnded(leg=command.leg, cause=phone.refuses or LegEndCause.BUSY))
        else:
            leg = SimulatedLeg(command.leg, command.contact, phone, originated=True)
            self.legs[leg.id] = leg
            phone.begin(leg.id)
            phone.auto_answer = command.auto_answer
            leg.dialling = self.spawn(self._ring(leg, phone, command))

    def _outside(self, endpoint: Endpoint) -> SimulatedPhone | None:
        if endpoint.kind != "number" or self.outside_answers_ms is None:
            return None
        return self.phone(str(endpoint), answer_after_ms=self.outside_answers_ms)

    def end_leg(self, leg_id: str, cause: LegEndCause, told: LegEndCause | None = None) -> None:
        """A leg ends; the far side is told ``told`` (the same cause when not given)."""
        leg = self.legs.pop(leg_id, None)
        if leg is None:
            return
        for task in (leg.playback, leg.dialling, leg.timer):
            if task is not None and task is not asyncio.current_task():
                task.cancel()
        self.unclaimed = [arrived for arrived in self.unclaimed if arrived.leg != leg_id]
        self._heard.pop(leg_id, None)
        leg.party.end(told or cause)
        self.recorder.leg_ended(leg_id)
        self.changed()
        self.emit(LegEnded(leg=leg_id, cause=cause))

    def play(self, leg: SimulatedLeg, request: str, prompts: tuple[Prompt, ...], done: Callable[[], None]) -> None:
        """Play prompts one after the other, then call ``done``; what played before is silenced."""
        self.silence(leg)
        leg.request = request
        leg.playback = self.spawn(self._play(leg, prompts, done))

    def silence(self, leg: SimulatedLeg) -> None:
        """Stop what plays to a leg."""
        if leg.playback is not None and leg.playback is not asyncio.current_task():
            leg.playback.cancel()
        leg.playback, leg.prompt, leg.request = None, "", ""
        self.changed()

    def heard_by(self, leg_id: str) -> list[str]:
        """What a leg hears now."""
        leg = self.legs.get(leg_id)
        if leg is None:
            return []
        own = [f"prompt:{leg.prompt}"] if leg.prompt else []
        if leg.music:
            own.append(f"music:{leg.music}")
        if leg.ringback:
            own.append("ringback:")
        return own + [f"party:{other.party.name}" for other in self.legs.values() if self._reaches(other, leg)]

    def changed(self) -> None:
        """Who hears what may be different now: note it for parties and recordings."""
        for leg in tuple(self.legs.values()):
            now = self.heard_by(leg.id)
            before = self._heard.get(leg.id, [])
            self._heard[leg.id] = now
            leg.party.heard += [Heard(self.clock.now_ms(), what) for what in now if what not in before]
            leg.party.notify()
        self.recorder.changed()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something over time."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """End all that still runs."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _reaches(self, speaker: SimulatedLeg, listener: SimulatedLeg) -> bool:
        if speaker is listener or not (speaker.answered and listener.answered):
            return False
        if speaker.bridge and speaker.bridge == listener.bridge:
            return True
        if listener.watches and listener.mode is not SuperviseMode.BARGE:
            target = self.legs.get(listener.watches)
            return target is not None and (speaker is target or self._reaches(speaker, target))
        return speaker.mode is SuperviseMode.WHISPER and speaker.watches == listener.id

    async def _ring(self, leg: SimulatedLeg, phone: SimulatedPhone, command: Originate) -> None:
        began_ms = self.clock.now_ms()
        await self.clock.sleep_until(began_ms + _RING_AFTER_MS)
        phone.ringing = True
        phone.notify()
        self.emit(LegRinging(leg=leg.id))
        wait_ms = 0 if command.auto_answer else phone.answer_after_ms
        if wait_ms is not None and _RING_AFTER_MS + wait_ms < command.timeout_ms:
            await self.clock.sleep_until(began_ms + _RING_AFTER_MS + wait_ms)
            if command.detect_machines:
                await self.clock.sleep_until(began_ms + _RING_AFTER_MS + wait_ms + _DETECTION_MS)
            self.phone_answered(leg.id, machine=command.detect_machines and phone.machine)
            return
        await self.clock.sleep_until(began_ms + command.timeout_ms)
        self.end_leg(leg.id, LegEndCause.NO_ANSWER)

    async def _play(self, leg: SimulatedLeg, prompts: tuple[Prompt, ...], done: Callable[[], None]) -> None:
        for prompt in prompts:
            leg.prompt = prompt.file or prompt.text
            self.changed()
            await self.clock.sleep_until(self.clock.now_ms() + duration_ms(prompt))
            leg.prompt = ""
            self.changed()
        leg.playback, leg.request = None, ""
        done()
