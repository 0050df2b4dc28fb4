"""What a scenario may say, each by an example small enough to be worked out by hand, or by a closed formula."""

from __future__ import annotations

import pytest

from callcenter.domain.errors import ConfigError
from callcenter.simulation.erlang import erlang_a
from callcenter.simulation.replicate import run
from callcenter.simulation.run import Run
from callcenter.simulation.scenario import Scenario
from callcenter.simulation.scenario_file import parse


def played(text: str) -> dict[str, dict[str, float]]:
    """The figures of one run by queue; the scenarios here leave nothing to chance."""
    scenario = parse(text)
    one = Run(scenario, "1")
    one.go()
    one.acd.check()
    return {name: queue.tally.figures() for name, queue in one.queues.items()}


NAMED = """
horizon: 1h
queues:
  card: {handling: 60s}
agents: [{name: a, id: 1001}]
"""


def test_named_contacts_are_served_as_said() -> None:
    figures = played(
        NAMED
        + """
contacts:
  - {at: 0s, queue: card, handling: 100s, wrap_up: 20s}
  - {at: 10s, queue: card, patience: 30s}
  - {at: 20s, queue: card, handling: 50s, patience: 200s}
  - {at: 30s, queue: card}
"""
    )["card"]
    # the second hangs up at 40 s, the third is answered at 120 s, the fourth at 170 s
    assert (figures["answered"], figures["abandoned"]) == (3, 1)
    assert figures["asa_s"] == pytest.approx((0 + 100 + 140) / 3)
    assert figures["p_wait"] == 0.75


def test_a_transferred_customer_waits_again_after_the_talk() -> None:
    figures = played(
        """
horizon: 1h
queues:
  card: {skills: {card: 1}, handling: 60s}
  loan: {skills: {loan: 1}, handling: 60s}
agents: [{name: a, skills: {card: 5}}, {name: b, skills: {loan: 5}}]
contacts:
  - {at: 0s, queue: loan, handling: 90s}
  - {at: 10s, queue: card, handling: 30s, then: [{queue: loan, handling: 10s}]}
"""
    )
    assert figures["card"]["answered"] == 1
    assert figures["loan"]["offered"] == 2
    assert figures["loan"]["asa_s"] == pytest.approx((0 + 50) / 2)


def test_a_preferred_agent_is_waited_for_and_then_anybody() -> None:
    text = """
horizon: 1h
queues: {card: {handling: 60s}}
agents: [{name: a, id: '1'}, {name: b, id: '2'}]
contacts:
  - {at: 0s, queue: card, preferred: '1', preferred_for: 30s, handling: 100s}
  - {at: 10s, queue: card, preferred: '1', preferred_for: 30s}
  - {at: 20s, queue: card, excluded: ['2'], patience: 15s}
"""
    figures = played(text)["card"]
    assert figures["asa_s"] == pytest.approx((0 + 30) / 2)
    assert figures["abandoned"] == 1


def test_breaks_begin_after_the_work_at_hand_and_last_their_length() -> None:
    text = """
horizon: 10m
queues: {card: {handling: 60s}}
agents: [{name: a, shifts: [{start: 0s, end: 10m}], breaks: [{at: 0s, length: 20s}, {at: 50s, length: 100s}]}]
contacts: [{at: 5s, queue: card, handling: 60s}, {at: 90s, queue: card, handling: 60s}]
"""
    scenario = parse(text)
    one = Run(scenario, "1")
    one.go()
    figures = one.queues["card"].tally.figures()
    # not ready before 20 s; the talk 20–80 s, the break 80–180 s, the second talk from 180 s on
    assert figures["asa_s"] == pytest.approx((15 + 90) / 2)
    assert one.staffed_ms == (600 - 20 - 100) * 1_000
    assert one.busy_ms == 120_000


def overflowing(rule: str, agents: str) -> dict[str, dict[str, float]]:
    return played(
        f"""
horizon: 1h
queues:
  loan: {{skills: {{loan: 1}}, handling: 60s, overflow: [{rule}]}}
  card: {{skills: {{card: 1}}, handling: 60s}}
agents: {agents}
contacts:
  - {{at: 0s, queue: loan, handling: 10m}}
  - {{at: 10s, queue: loan, patience: 5m}}
"""
    )


BOTH = "[{name: l, skills: {loan: 5}}, {name: c, skills: {card: 5}}]"


@pytest.mark.parametrize(
    ("rule", "agents", "moved", "longest_s"),
    [
        ("{target: 'queue:card', after: 40s}", BOTH, 1, 0),
        ("{target: 'queue:card', staffed_below: 2}", BOTH, 1, 0),
        # both go on, and the second gives up behind the first
        ("{target: 'queue:card', when_unstaffed: true}", "[{name: c, skills: {card: 5}}]", 2, 300),
    ],
)
def test_overflow_goes_on_to_the_next_queue(rule: str, agents: str, moved: int, longest_s: float) -> None:
    figures = overflowing(rule, agents)
    assert figures["loan"]["overflowed"] == figures["card"]["offered"] == moved
    assert figures["card"]["longest_wait_s"] == pytest.approx(longest_s)


def test_who_moves_on_keeps_their_place() -> None:
    figures = played(
        """
horizon: 1h
queues:
  loan: {skills: {loan: 1}, handling: 60s, overflow: [{target: 'queue:card', after: 40s}]}
  card: {skills: {card: 1}, handling: 60s}
agents: [{name: c, skills: {card: 5}}]
contacts:
  - {at: 0s, queue: card, handling: 100s}
  - {at: 10s, queue: loan}
  - {at: 20s, queue: card}
"""
    )["card"]
    # the one from the other queue came first: answered at 100 s, 50 s after it moved; the last at 160 s
    assert figures["asa_s"] == pytest.approx((0 + 50 + 140) / 3)


def test_overflow_out_of_the_queues_is_told_apart_and_was_not_answered_in_time() -> None:
    loan = overflowing("{target: 'flow:voicemail', after: 40s}", BOTH)["loan"]
    assert (loan["answered"], loan["overflowed"], loan["abandoned"], loan["service_level"]) == (1, 1, 0, 0.5)


def test_who_moves_on_makes_a_visit_in_each_queue() -> None:
    scenario = parse(
        """
horizon: 8h
replications: 3
queues:
  loan:
    skills: {loan: 1}
    arrivals: {per_hour: 40}
    handling: {exponential: 200s}
    patience: {exponential: 300s}
    overflow: [{target: 'queue:card', after: 30s}, {target: 'queue:card', expected: 60s}]
  card: {skills: {card: 1}, arrivals: {per_hour: 60}, handling: {exponential: 120s}, patience: {exponential: 60s}}
agents: [{count: 2, skills: {loan: 5}}, {count: 3, skills: {card: 5}}]
"""
    )
    found = run(scenario, seed=4)
    moved, total = found.queues["loan"]["overflowed"].mean, found.total
    assert moved > 20
    assert total["offered"].mean == pytest.approx(found.calls / 3 + moved)
    parts = ("answered", "abandoned", "overflowed")
    assert total["offered"].mean == pytest.approx(sum(total[part].mean for part in parts))


def test_nobody_there_leaves_everybody_waiting_and_the_run_ends() -> None:
    figures = played(
        """
horizon: 1h
queues: {card: {handling: 60s, overflow: [{target: 'flow:x', expected: 1h}]}}
agents: [{name: a, shifts: []}]
contacts: [{at: 0s, queue: card}]
"""
    )["card"]
    assert figures["unserved"] == 1


CHATS = """
horizon: 1h
queues: {{chat: {{channel: chat, handling: 60s, slowdown: {slowdown}}}}}
agents: [{{name: a, channels: {{chat: {room}}}}}]
contacts: [{{at: 0s, queue: chat}}, {{at: 0s, queue: chat}}, {{at: 0s, queue: chat}}]
"""


@pytest.mark.parametrize(
    ("room", "slowdown", "asa_s", "busy_s"),
    [
        (3, 0, 0, 60),
        (1, 0, 60, 180),
        (3, 0.5, 0, 120),  # three at half the pace each
        (2, 1.0, 40, 180),  # two at half the pace till 120 s, then the third alone
    ],
)
def test_chats_share_an_agent_up_to_the_capacity(room: int, slowdown: float, asa_s: float, busy_s: float) -> None:
    scenario = parse(CHATS.format(room=room, slowdown=slowdown))
    one = Run(scenario, "1")
    one.go()
    figures = one.queues["chat"].tally.figures()
    assert figures["asa_s"] == pytest.approx(asa_s)
    assert one.busy_ms == busy_s * 1_000


def test_the_pace_changes_when_a_chat_begins_or_ends() -> None:
    scenario = parse(
        """
horizon: 1h
queues: {chat: {channel: chat, handling: 60s, slowdown: 1.0, wrap_up: 10s}}
agents: [{name: a, channels: {chat: 2}}]
contacts: [{at: 0s, queue: chat}, {at: 30s, queue: chat}, {at: 40s, queue: chat}]
"""
    )
    one = Run(scenario, "1")
    one.go()
    # the first is half done at 30 s and ends at 90 s; its wrap-up keeps the room till 100 s. The second, half done at
    # 90 s, goes on alone till 100 s, then at half the pace with the third: 20 s of work left, over at 140 s.
    # The third, 20 s done by then, goes on alone till 180 s and is wrapped up till 190 s.
    assert one.queues["chat"].tally.answered_wait_ms == 60_000
    assert one.busy_ms == 190_000


def test_a_call_pauses_new_chats_and_a_weight_takes_its_room() -> None:
    figures = played(
        """
horizon: 1h
queues:
  voice: {handling: 100s}
  chat: {channel: chat, handling: 60s}
agents: [{name: a, channels: {chat: 3}}]
contacts:
  - {at: 0s, queue: voice}
  - {at: 10s, queue: chat, weight: 2}
  - {at: 11s, queue: chat, weight: 2}
"""
    )
    assert figures["chat"]["asa_s"] == pytest.approx((90 + 149) / 2)


def test_chats_without_slowdown_are_a_queue_with_as_many_agents_as_rooms() -> None:
    exact = erlang_a(330 / 3600, 300, 120, 24, 20)
    found = run(
        parse(
            """
horizon: 40h
warm_up: 2h
queues:
  chat:
    channel: chat
    arrivals: {per_hour: 330}
    handling: {exponential: 300s}
    patience: {exponential: 120s}
agents: [{count: 8}]
"""
        ),
        seed=3,
        replications=10,
        confidence=0.999,
    ).total
    for figure, value in (("p_wait", exact.wait), ("p_abandon", exact.abandon), ("asa_s", exact.asa)):
        assert found[figure].covers(value), figure


@pytest.mark.parametrize("policy", ["priority", "longest_wait", "ageing_by_class", "fixed_queue_ratio"])
def test_contact_policies_of_the_router_are_those_of_scenarios(policy: str) -> None:
    scenario = parse(
        f"""
horizon: 4h
queues:
  gold: {{priority: 9, contact_policy: {policy}, arrivals: {{per_hour: 30}}, handling: {{exponential: 240s}}}}
  other: {{contact_policy: {policy}, share: 5, arrivals: {{per_hour: 40}}, handling: {{exponential: 240s}}}}
agents: [{{count: 5}}]
"""
    )
    found = run(scenario, seed=2, replications=4).queues
    shorter = found["gold"]["asa_s"].mean < 0.5 * found["other"]["asa_s"].mean
    assert shorter == (policy != "longest_wait")


SAMPLES = """
horizon: 10h
replications: 4
queues:
  card:
    arrivals: {per_hour: 60}
    handling: {sample: [10s, 20s, 90s]}
    patience: {survival: {times: [5s, 30s], alive: [0.8, 0.5], tail: 40s}}
agents: [{count: 1}]
"""


def test_samples_and_survival_curves_are_laws() -> None:
    plan = parse(SAMPLES).queues["card"]
    assert plan.handling.mean_ms() == pytest.approx(40_000)
    assert plan.patience.mean_ms() == pytest.approx(5_000 + 25_000 * 0.8 + 0.5 * 40_000)
    assert run(parse(SAMPLES), seed=1).total["abandoned"].mean > 10


def with_line(line: str) -> Scenario:
    return parse("horizon: 1h\n" + line + "\nagents: [{name: a, id: 7}]", "day.yaml")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("queues: {a: {handling: 1s}}", "nobody comes"),
        ("queues: {a: {handling: 1s}}\ncontacts: [{at: 0s, queue: b}]", "waits in 'b', which is not among"),
        (
            "queues: {a: {handling: 1s}}\ncontacts: [{at: 0s, queue: a, patients: 3}]",
            r"day.yaml:3: contacts.0.patients",
        ),
        ("queues: {a: {handling: 1s, overflow: [{target: 'queue:a', after: 3s}]}}", "overflows in a circle"),
        ("queues: {a: {handling: 1s, overflow: [{target: 'queue:z', after: 3s}]}}", "overflows to queue 'z'"),
        ("queues: {a: {handling: 1s, overflow: [{target: 'home', after: 3s}]}}", r"overflow.0.target"),
        ("queues: {a: {handling: 1s, channel: fax, arrivals: {per_hour: 1}}}", "no channel is called 'fax'"),
        ("queues: {a: {handling: 1s, channel: chat, weight: 9, arrivals: {per_hour: 1}}}", "no agent has room"),
        ("queues: {a: {handling: 1s, contact_policy: nicest}}", "no policy is called 'nicest'"),
        ("queues: {a: {handling: {sample: []}}}", "handling.sample"),
        ("queues: {a: {handling: {survival: {times: [2s, 1s], alive: [1, 0.5]}}}}", "times must rise"),
        ("cool_down: 2h\nqueues: {a: {handling: 1s, arrivals: {per_hour: 1}}}", "shorter than horizon"),
    ],
)
def test_mistakes_are_named(line: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        with_line(line)


def test_an_agent_is_there_once() -> None:
    with pytest.raises(ConfigError, match="agent '7' is there twice"):
        parse(GOOD + "agents: [{id: 7}, {id: '7'}]")
    with pytest.raises(ConfigError, match="an id names one agent"):
        parse(GOOD + "agents: [{id: 7, count: 2}]")


GOOD = "horizon: 1h\nqueues: {a: {handling: 1s, arrivals: {per_hour: 1}}}\n"
