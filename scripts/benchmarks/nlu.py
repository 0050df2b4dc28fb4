"""The assistant's understanding beside plain TF-IDF and, with --rasa, Rasa's DIET: BANKING77 and the demo bank."""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

from callcenter.bot.embedded import embedding, train
from callcenter.bot.embedded.evaluation import evaluate
from callcenter.bot.embedded.figures import Figures, Judged, figures
from callcenter.bot.training_data import Options, Project
from scripts.benchmarks.nlu_data import BANK, BANKING77, Split, bank_folds, bank_held_out, banking77, few
from scripts.benchmarks.nlu_peers import diet, plain_tfidf
from scripts.benchmarks.report import Row, show

LIMITS_MS = {"none": 5.0}
WITH_EMBEDDING_MS = 25.0
BANK_TRAINING_S = 20.0


def ours(splits: list[Split], name: str) -> tuple[Figures, float, float]:
    """Figures over all splits, seconds to train (mean of the splits) and milliseconds a sentence, processor time."""
    judged: list[Judged] = []
    trained = spent = 0.0
    for kept, held in splits:
        began = time.process_time()
        model = train(Project("bench", examples=kept, options=Options(embedding=name)))
        trained += time.process_time() - began
        found = evaluate(model, held)
        judged += found.judged
        spent += found.ms_per_query * len(held)
    return figures(judged), trained / len(splits), spent / len(judged)


def rows_for(
    setting: str, splits: list[Split], names: list[str], wanted: dict[str, float], train_limit: float | None, rasa: bool
) -> list[Row]:
    """Ours with each embedding beside the peers on the same splits."""
    rows: list[Row] = []
    judged = [plain_tfidf(kept, held) for kept, held in splits]
    peer = sum(one.accuracy_unrefused or 0 for one in judged) / len(judged)
    for name in names:
        found, trained, ms = ours(splits, name)
        said = f"{setting}, embedding {name}"
        assert found.accuracy is not None
        rows.append(Row(said, "accuracy", found.accuracy, "", peer, "TF-IDF", wanted.get(name), lower_is_better=False))
        rows.append(Row(said, "accuracy, nothing refused", found.accuracy_unrefused or 0, "", peer, "TF-IDF"))
        rows.append(Row(said, "macro-F1", found.macro_f1 or 0, ""))
        rows.append(Row(said, "in scope but refused", found.refused or 0, ""))
        if found.accepted_out_of_scope is not None:
            rows.append(Row(said, f"out of scope ({found.out_of_scope}) but accepted", found.accepted_out_of_scope, ""))
        rows.append(Row(said, "training, processor time", trained, "s", limit=train_limit))
        rows.append(Row(said, "a sentence, processor time", ms, "ms", limit=LIMITS_MS.get(name, WITH_EMBEDDING_MS)))
    if rasa:
        rows += _diet_rows(setting, splits[0], rows)
    return rows


def _diet_rows(setting: str, split: Split, mine: list[Row]) -> list[Row]:
    found, trained, ms = diet(*split)
    best = next(row.ours for row in mine if row.measure == "accuracy, nothing refused")
    said = f"{setting}, beside DIET (first split)"
    return [
        Row(said, "accuracy, nothing refused", best, "", found.accuracy_unrefused, "DIET", lower_is_better=False),
        Row(said, "DIET: accuracy", found.accuracy or 0, ""),
        Row(said, "DIET: in scope but refused", found.refused or 0, ""),
        Row(said, "DIET: out of scope but accepted", found.accepted_out_of_scope or 0, ""),
        Row(said, "DIET: training, processor time", trained, "s"),
        Row(said, "DIET: a sentence, processor time", ms, "ms"),
    ]


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(prog="scripts/bench nlu", description=__doc__)
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--quick", action="store_true", help="10 a class and one fold of the bank, no embedding")
    parser.add_argument("--rasa", action="store_true", help="beside Rasa's DIET, which scripts/rasa installs (heavy)")
    parser.add_argument("--banking77", type=Path, default=BANKING77, help="BANKING77's train.csv")
    parser.add_argument(
        "--embedding", nargs="*", default=["use", "use+minilm"], help="embeddings to try, where installed"
    )
    options = parser.parse_args(argv)
    absent = [name for name in options.embedding if embedding.missing(name)]
    names = ["none"] if options.quick else ["none", *(name for name in options.embedding if name not in absent)]
    notes = [f"{name}: not installed (scripts/setup/embedding)" for name in absent]
    rows: list[Row] = []
    if options.banking77.is_file():
        kept, held = banking77(options.banking77)
        wanted = {"none": 0.717}
        rows += rows_for("BANKING77, 10 a class", [(few(kept), held)], names, wanted, None, options.rasa)
        if not options.quick:
            wanted = {"none": 0.91, "use+minilm": 0.935}
            rows += rows_for("BANKING77, a fifth held out", [(kept, held)], names, wanted, None, False)
    else:
        notes.append(f"no BANKING77 at {options.banking77}: give --banking77")
    if BANK.is_dir():
        folds = bank_folds()[: 1 if options.quick else None]
        title = "demo bank, one fold of 5" if options.quick else "demo bank, 5-fold"
        rows += rows_for(title, folds, names, {}, BANK_TRAINING_S, options.rasa)
        if not options.quick:
            rows += rows_for("demo bank, held-out sentences", [bank_held_out()], names, {}, BANK_TRAINING_S, False)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows.append(Row("all", "peak memory of this process, training included", peak, "MB"))
    return show("Understanding", rows, as_json=options.json, notes=notes)


if __name__ == "__main__":
    raise SystemExit(main())
