"""The shipped rules on labelled conversations: the set is what it says, and the sealed part's figures hold."""

from __future__ import annotations

import math
import random
from difflib import SequenceMatcher

from callcenter.app.quality_files import SHIPPED_RULES, load_rules
from scripts.benchmarks.quality_labelled import pooled
from tests.quality.helpers import talk
from tests.quality.labelled.reading import count, read_all, spoiled, wilson


def test_the_set_has_400_different_conversations_with_every_finding() -> None:
    labelled = read_all()
    rules, _ = load_rules(SHIPPED_RULES)
    assert rules is not None
    ids = {rule.id for rule in rules.rules}
    assert len(labelled) >= 400
    texts = {tuple(turn.text for turn in item.transcript.turns) for item in labelled}
    assert len(texts) > 0.98 * len(labelled)
    assert {name for item in labelled for name in item.wanted} == ids
    for item in labelled:
        for name, turn in item.wanted.items():
            assert turn is None or turn < len(item.transcript.turns), (item.name, name)
    assert abs(sum(item.sealed for item in labelled) * 2 - len(labelled)) <= 6


def test_nine_of_ten_on_the_sealed_part() -> None:
    rules, _ = load_rules(SHIPPED_RULES)
    assert rules is not None
    found = pooled(count(rules, [item for item in read_all() if item.sealed])[0])
    assert found.precision[0] >= 0.90
    assert found.recall[0] >= 0.90


def test_errors_are_injected_at_the_rate_that_is_said() -> None:
    said = "".join(chr(0x4E00 + number) for number in range(2_000))
    transcript = talk(("agent", said), ("system", said))
    for share in (0.05, 0.2):
        again = spoiled(transcript, share, random.Random(1))
        blocks = SequenceMatcher(None, said, again.turns[0].text, autojunk=False).get_matching_blocks()
        # Of seven errors one doubles a character, which keeps it.
        lost = 1 - sum(block.size for block in blocks) / len(said)
        assert abs(lost - share * 0.85) < 0.03
        assert again.turns[1].text == said
    assert spoiled(transcript, 0.0, random.Random(1)).turns[0].text == said


def test_wilsons_interval() -> None:
    share, low, high = wilson(9, 10)
    assert (share, round(low, 3), round(high, 3)) == (0.9, 0.596, 0.982)
    assert math.isnan(wilson(0, 0)[0])
