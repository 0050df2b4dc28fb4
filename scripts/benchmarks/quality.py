"""Quality rules beside one regular expression a rule, with the same verdicts, and how time grows with rules."""

from __future__ import annotations

import argparse
import random
import time
from bisect import bisect_right

from callcenter.app.quality_files import SHIPPED_FORM, SHIPPED_RULES, load_form, load_rules
from callcenter.quality.rules import Loaded, RuleSet
from callcenter.quality.scoring import score
from callcenter.quality.transcript import Transcript
from scripts.benchmarks.quality_data import conversations, literals, peer_rules, peer_texts, rules
from scripts.benchmarks.report import Row, show

RULES = 500
GROWTH = (125, 250, 500, 1_000)
WANTED_RATIO = 15.0
GROWTH_LIMIT = 6.0
"""Eight times the rules, eight times the findings: so many times as long at most. One search a rule takes 8 times."""
SEED = 7

Verdicts = list[list[tuple[int, int]]]


def ours(loaded: Loaded, transcripts: list[Transcript]) -> tuple[Verdicts, float]:
    """(rule, turn) of each transcript, and the processor time of all."""
    engine = RuleSet(loaded, {})
    began = time.process_time()
    found = [engine.verdicts(transcript)[1] for transcript in transcripts]
    spent = time.process_time() - began
    return [[(number, hit[0]) for number, hit in one] for one in found], spent


def peer(loaded: Loaded, transcripts: list[Transcript]) -> tuple[Verdicts, float]:
    """The same by one search a rule over a text that was joined before."""
    patterns = peer_rules(loaded)
    prepared = [peer_texts(transcript) for transcript in transcripts]
    verdicts: Verdicts = []
    began = time.process_time()
    for texts in prepared:
        found = []
        for number, (side, pattern) in enumerate(patterns):
            text, starts, turns = texts[side]
            match = pattern.search(text)
            if match is not None:
                found.append((number, turns[bisect_right(starts, match.start()) - 1]))
        verdicts.append(found)
    return verdicts, time.process_time() - began


def growth(transcripts: list[Transcript], words: list[str]) -> list[Row]:
    """Time by the number of rules, the same conversations, which hold the words of all of them."""
    rows: list[Row] = []
    first = 0.0
    for count in GROWTH:
        loaded = rules(count, words, random.Random(SEED))
        spent = min(ours(loaded, transcripts)[1] for _ in range(3)) / len(transcripts)
        first = first or spent
        rows.append(Row(f"{count} rules", "a conversation", spent * 1e6, "µs"))
    last = rows[-1].ours / rows[0].ours
    rows.append(Row(f"{GROWTH[0]} to {GROWTH[-1]} rules", "times as long", last, "×", limit=GROWTH_LIMIT))
    return rows


def shipped(transcripts: list[Transcript]) -> Row:
    """The whole way with the shipped rules, those on time among them: findings, quotes, score."""
    engine, problems = load_rules(SHIPPED_RULES)
    assert engine is not None, problems
    form = load_form(SHIPPED_FORM, engine)
    began = time.process_time()
    for transcript in transcripts:
        score(transcript, engine, form)
    speed = len(transcripts) / (time.process_time() - began)
    return Row(f"{len(engine.rules)} shipped rules, form", "conversations scored", speed, "/s")


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(prog="scripts/bench quality", description=__doc__)
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--quick", action="store_true", help="100 conversations instead of 1,000")
    options = parser.parse_args(argv)
    count = 100 if options.quick else 1_000
    rng = random.Random(SEED)
    words = literals(2 * GROWTH[-1], rng)
    loaded = rules(RULES, words, random.Random(SEED))
    used = words[:894]
    transcripts = conversations(count, used, rng)
    mine, spent = ours(loaded, transcripts)
    theirs, peer_spent = peer(loaded, transcripts)
    if mine != theirs:
        raise SystemExit("the verdicts differ from those of one expression a rule")
    hits = sum(map(len, mine)) / count
    setting = f"{RULES} rules, {len(used)} words, {count} conversations"
    rows = [
        Row(setting, "conversations judged", count / spent, "/s", count / peer_spent, "one re a rule"),
        Row(
            setting, "times as fast, same verdicts", peer_spent / spent, "×", limit=WANTED_RATIO, lower_is_better=False
        ),
        *growth(conversations(min(count, 200), words, rng), words),
        shipped(transcripts),
    ]
    notes = [f"{hits:.0f} rules hold in a conversation"]
    return show("Quality rules", rows, as_json=options.json, notes=notes)


if __name__ == "__main__":
    raise SystemExit(main())
