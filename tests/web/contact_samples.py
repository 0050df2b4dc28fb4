"""Past contacts for the pages: their rows, one whole story, and what a recording sounds like."""

from __future__ import annotations

import struct

from callcenter.domain import effects as fx
from callcenter.domain.contact import Channel, Direction, EndReason, Why
from callcenter.domain.events import TimerFired
from callcenter.domain.records import ContactRecord, TimelineEntry
from tests.web.centre_samples import NOW, QUEUES, why


def timeline(contact_id: str) -> list[TimelineEntry]:
    c, start = contact_id, NOW - 3_600_000
    told: list[tuple[int, tuple[fx.Effect, ...]]] = [
        (
            0,
            (
                fx.ContactOpened(
                    contact=c,
                    channel=Channel.VOICE,
                    direction=Direction.INBOUND,
                    caller="+8613800002210",
                    dialled="95500",
                    line="trunk",
                    flow="hotline",
                ),
            ),
        ),
        (300, (fx.StepEntered(contact=c, flow="hotline", step="language", kind="menu"),)),
        (
            4_200,
            (
                fx.DigitsTaken(contact=c, step="language", digits="1", outcome="complete"),
                fx.BranchTaken(contact=c, step="language", target="main", why=Why("menu_choice", {"key": "1"})),
                fx.VariableSet(contact=c, name="language", value="zh"),
            ),
        ),
        (
            9_800,
            (
                fx.DigitsTaken(contact=c, step="main", digits="2", outcome="complete"),
                fx.BranchTaken(contact=c, step="main", target="cards", why=Why("menu_choice", {"key": "2"})),
            ),
        ),
        (
            21_000,
            (
                fx.DigitsTaken(contact=c, step="pin", digits="••••••", outcome="complete"),
                fx.ServiceUsed(contact=c, step="verify", ok=True, status=200, took_ms=38),
                fx.VariableSet(contact=c, name="verified", value=True),
            ),
        ),
        (24_000, (fx.QueueJoined(contact=c, queue="loss", position=2, why=Why("card_loss", {})),)),
        (34_000, (fx.QueueAnnounced(contact=c, queue="loss", position=1, expected_wait_ms=30_000),)),
        (52_000, (fx.OfferMade(contact=c, agent="1004", queue="loss", leg="l", why=why()),)),
        (72_000, (fx.OfferEnded(contact=c, agent="1004", outcome="missed"),)),
        (
            72_100,
            (
                fx.OfferMade(
                    contact=c,
                    agent="1001",
                    queue="loss",
                    leg="l2",
                    why=Why(
                        "next_contact",
                        {
                            "waited_ms": 48_000,
                            "priority": 5,
                            "front": True,
                            "ruled_out": {"busy": 4},
                            "said_no": ["1004"],
                        },
                    ),
                ),
            ),
        ),
        (
            75_000,
            (
                fx.OfferEnded(contact=c, agent="1001", outcome="accepted"),
                fx.QueueLeft(contact=c, queue="loss", outcome="connected", waited_ms=51_000),
                fx.AgentConnected(contact=c, agent="1001", waited_ms=51_000),
                fx.RecordingChanged(contact=c, recording="rec-1", state="started"),
            ),
        ),
        (130_000, (fx.HoldChanged(contact=c, agent="1001", on_hold=True),)),
        (162_000, (fx.HoldChanged(contact=c, agent="1001", on_hold=False),)),
        (180_000, (fx.ConsultStarted(contact=c, agent="1001", target="agent:1002"),)),
        (
            204_000,
            (
                fx.ConsultEnded(contact=c, agent="1001", target="agent:1002", outcome="completed"),
                fx.Transferred(contact=c, agent="1001", target="agent:1002", mode="warm", note="客户要求加急补卡"),
            ),
        ),
        (
            301_000,
            (
                fx.AgentLeft(contact=c, agent="1002", outcome="customer_hung_up", talked_ms=97_000, held_ms=0),
                fx.RecordingChanged(contact=c, recording="rec-1", state="kept", duration_ms=226_000),
            ),
        ),
        (301_000, (fx.ContactEnded(contact=c, reason=EndReason.CUSTOMER_HUNG_UP, duration_ms=301_000),)),
        (
            320_000,
            (fx.WrapUpFiled(contact=c, agent="1002", disposition="card_lost", note="已挂失，补卡寄往登记地址。"),),
        ),
    ]
    return [TimelineEntry(k + 1, start + at, TimerFired(timer="t"), effects) for k, (at, effects) in enumerate(told)]


def records(count: int = 64) -> list[ContactRecord]:
    ends = ["customer_hung_up", "agent_hung_up", "flow_completed", "abandoned_in_queue", "customer_hung_up"]
    notes = ["", "已挂失，补卡寄往登记地址。", "", "", "客户要求经理回电。"]
    made = []
    for k in range(count):
        end, start = ends[k % 5], NOW - 3_600_000 - k * 397_000
        person = end not in ("flow_completed", "abandoned_in_queue")
        made.append(
            ContactRecord(
                id=f"c-20260309-{412 - k:06}",
                channel="voice",
                direction="inbound",
                caller="+8613800002210" if k % 9 == 0 else f"+86139{(k * 7919 + 10_000_000) % 100_000_000:08}",
                dialled="95500",
                flow="hotline",
                queue=list(QUEUES)[k % 5] if end != "flow_completed" else "",
                agent=str(1001 + k % 10) if person else "",
                started_ms=start,
                answered_ms=start + 40_000 if person else None,
                ended_ms=start + 301_000,
                waited_ms=(k * 7 % 90) * 1000,
                talked_ms=(60 + k * 13 % 400) * 1000 if person else 0,
                reason=end,
                disposition=["card_lost", "solved", "", "", "balance"][k % 5] if person else "",
                note=notes[k % 5] if person else "",
                has_recording=person,
            )
        )
    return made


def spoken(seconds: int) -> bytes:
    """Something like two people who take turns, 8 kHz stereo: left the customer, right our side."""
    quiet, made = b"\0\0\0\0" * 800, []
    for tenth in range(seconds * 10):
        who = (tenth // 45 + tenth // 70) % 2
        loud = (3_000 + tenth * 7_919 % 15_000) if tenth % 9 and tenth % 45 > 4 else 0
        frame = struct.pack("<hh", 0 if who else loud, loud if who else 0)
        made.append(frame * 800 if loud else quiet)
    return b"".join(made)
