"""How often the shipped quality rules are right on labelled conversations, clean and with recogniser's errors."""

from __future__ import annotations

import argparse

from callcenter.app.quality_files import SHIPPED_RULES, load_rules
from scripts.benchmarks.report import Row, show
from tests.quality.labelled.reading import Count, count, read_all

ERRORS = (0.05, 0.10, 0.20)
WANTED = 0.90


def pooled(counts: dict[str, Count]) -> Count:
    """All rules together."""
    every = counts.values()
    return Count(sum(one.right for one in every), sum(one.wrong for one in every), sum(one.missed for one in every))


def rows_of(setting: str, found: Count, limit: float | None = None) -> list[Row]:
    """Precision and recall with the bounds of their 95 % intervals; no rows where there is nothing to count."""
    rows = []
    for name, of, (share, low, high) in (
        ("precision", found.right + found.wrong, found.precision),
        ("recall", found.right + found.missed, found.recall),
    ):
        if of:
            measure = f"{name} (95 %: {low:.2f} to {high:.2f}, of {of})"
            rows.append(Row(setting, measure, share, "", limit=limit, lower_is_better=False))
    return rows


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(prog="scripts/bench quality_labelled", description=__doc__)
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--quick", action="store_true", help="errors drawn from one seed instead of five")
    parser.add_argument("--mistakes", action="store_true", help="name each mistake of the tuning part")
    options = parser.parse_args(argv)
    rules, problems = load_rules(SHIPPED_RULES)
    assert rules is not None, problems
    labelled = read_all()
    sealed = [item for item in labelled if item.sealed]
    tuning = [item for item in labelled if not item.sealed]
    clean, _ = count(rules, sealed)
    rows = rows_of(f"sealed ({len(sealed)}), all rules", pooled(clean), WANTED)
    rows += rows_of(f"tuning ({len(tuning)}), all rules", pooled(count(rules, tuning)[0]))
    for share in ERRORS:
        spoiled = [pooled(count(rules, sealed, share, seed)[0]) for seed in range(1 if options.quick else 5)]
        together = pooled({str(number): one for number, one in enumerate(spoiled)})
        rows += rows_of(f"sealed, {share:.0%} errors", together)
    for name, one in sorted(clean.items()):
        rows += rows_of(f"sealed, {name}", one)
    notes = count(rules, tuning)[1] if options.mistakes else []
    return show("Quality rules on labelled conversations", rows, as_json=options.json, notes=notes)


if __name__ == "__main__":
    raise SystemExit(main())
