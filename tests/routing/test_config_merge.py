"""Laws of putting two people's changes together, and of the differences between configurations."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from callcenter.domain.config import AgentConfig, CenterConfig, QueueConfig, Reason
from callcenter.domain.config_diff import changes
from callcenter.domain.config_elements import elements
from callcenter.domain.config_merge import merge
from callcenter.domain.config_review import CUSTOMERS_HEAR, DATA_ACCESS, reasons

IDS = st.sampled_from("abcd")
AGENTS = st.dictionaries(IDS, st.integers(1, 10)).map(
    lambda levels: {key: AgentConfig(key, key, skills={"s": level}) for key, level in levels.items()}
)
QUEUES = st.dictionaries(IDS, st.sampled_from((10_000, 20_000))).map(
    lambda times: {key: QueueConfig(key, {"zh": key}, wrap_up_ms=ms) for key, ms in times.items()}
)
REASONS = st.lists(st.tuples(IDS, st.sampled_from("xyz")), unique_by=lambda pair: pair[0]).map(
    lambda pairs: tuple(Reason(key, {"zh": name}) for key, name in pairs)
)
CONFIGS = st.builds(
    CenterConfig,
    queues=QUEUES,
    agents=AGENTS,
    break_reasons=REASONS,
    numbers=st.dictionaries(IDS, st.sampled_from(("hotline", "elder"))),
    caller_number=st.sampled_from(("", "1")),
)


def touched(base: CenterConfig, other: CenterConfig) -> set[object]:
    was, now = elements(base), elements(other)
    return {key for key in was.keys() | now.keys() if was.get(key) != now.get(key)}


@given(CONFIGS, CONFIGS)
def test_who_changed_nothing_changes_nothing(base: CenterConfig, other: CenterConfig) -> None:
    assert merge(base, other, base).config == other
    assert merge(base, base, other).config == other
    assert merge(base, other, other).config == other
    assert (
        not merge(base, other, base).conflicts
        + merge(base, base, other).conflicts
        + merge(base, other, other).conflicts
    )


@given(CONFIGS, CONFIGS, CONFIGS)
def test_nothing_is_lost_and_conflicts_are_the_same_from_both_sides(
    base: CenterConfig, mine: CenterConfig, theirs: CenterConfig
) -> None:
    there, back = merge(base, mine, theirs), merge(base, theirs, mine)
    assert {c.place for c in there.conflicts} == {c.place for c in back.conflicts}
    found, ours, other, was = elements(there.config), elements(mine), elements(theirs), elements(base)
    disputed = {c.place for c in there.conflicts}
    for key in found.keys() | ours.keys() | other.keys() | was.keys():
        place = ".".join(part for part in key if part)
        if place in disputed:
            assert found.get(key) == other.get(key)
        elif key in touched(base, mine):
            assert found.get(key) == ours.get(key)
        else:
            assert found.get(key) == other.get(key)


@given(CONFIGS, CONFIGS, CONFIGS)
def test_a_resolved_merge_has_no_conflict_left(base: CenterConfig, mine: CenterConfig, theirs: CenterConfig) -> None:
    places = [conflict.place for conflict in merge(base, mine, theirs).conflicts]
    chosen = merge(base, mine, theirs, prefer_mine=places)
    assert not chosen.conflicts
    assert not merge(theirs, chosen.config, theirs).conflicts
    for key in touched(base, mine):
        assert elements(chosen.config).get(key) == elements(mine).get(key)


@given(CONFIGS, CONFIGS)
def test_differences_are_none_for_the_same_and_name_every_element_otherwise(
    one: CenterConfig, two: CenterConfig
) -> None:
    assert changes(one, one) == []
    assert {(change.section, change.id) for change in changes(one, two)} == touched(one, two)


def test_a_changed_value_is_named_with_both_values() -> None:
    queue = QueueConfig("general", {"zh": "综合"}, wrap_up_ms=30_000)
    one = CenterConfig(queues={"general": queue})
    two = CenterConfig(queues={"general": msgspec.structs.replace(queue, wrap_up_ms=45_000, record=False)})
    assert [(c.place, c.before, c.after) for c in changes(one, two)] == [
        ("queues.general.wrap_up_ms", 30_000, 45_000),
        ("queues.general.record", True, False),
    ]
    assert reasons(changes(one, two)) == {"queues.general.record": DATA_ACCESS}


def test_what_needs_a_second_pair_of_eyes() -> None:
    base = CenterConfig()
    for section, value in (
        ("prompts", {"sorry": {"zh": "抱歉"}}),
        ("numbers", {"1": "hotline"}),
        ("caller_number", "1"),
    ):
        assert list(reasons(changes(base, msgspec.structs.replace(base, **{section: value}))).values()) == [
            CUSTOMERS_HEAR
        ]
    without_roles = changes(base, msgspec.structs.replace(base, roles={}))
    assert list(reasons(without_roles).values()) == [DATA_ACCESS] * len(base.roles)
    agent = CenterConfig(agents={"1": AgentConfig("1", "One")}, break_reasons=(Reason("tea", {}),), agent_grace_ms=1)
    assert reasons(changes(base, agent)) == {}
