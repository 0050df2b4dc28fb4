"""Peers of the understanding benchmark: plain TF-IDF with logistic regression, and Rasa's DIET on its own."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

from callcenter.bot.embedded.figures import Figures, Judged, figures
from callcenter.bot.training_data import Example
from scripts.benchmarks.nlu_data import ROOT

DIET_EPOCHS = 60
_BANKS = "LogisticRegressionClassifier"
"""What the demo bank's pipeline has in DIET's place, to be trained in minutes."""
_DIET_COMPONENT = {
    "name": "DIETClassifier",
    "epochs": DIET_EPOCHS,
    "entity_recognition": False,
    "constrain_similarities": True,
    "random_seed": 7,
}


def plain_tfidf(train: list[Example], held: list[Example]) -> Figures:
    """scikit-learn's defaults: words (Chinese cut by jieba), TF-IDF, logistic regression; it never refuses."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    from callcenter.bot.embedded.tokens import words_of

    known = [example for example in train if example.intent != "out_of_scope"]
    peer = make_pipeline(TfidfVectorizer(tokenizer=words_of, token_pattern=None), LogisticRegression(max_iter=1000))
    peer.fit([example.text for example in known], [example.intent for example in known])
    intents = {example.intent for example in train}
    guesses = peer.predict([example.text for example in held])
    return figures(
        [Judged(one.intent, guess, False, one.intent in intents) for one, guess in zip(held, guesses, strict=True)]
    )


_DIET = """
import json, sys, time
from rasa.core.agent import Agent
from rasa.model_training import train_nlu
import asyncio
config, data, held, out = sys.argv[1:]
began = time.process_time()
model = train_nlu(config, data, out)
trained = time.process_time() - began
agent = Agent.load(model)
async def go():
    found = []
    for text in json.load(open(held, encoding="utf-8")):
        parse = await agent.parse_message(text)
        found.append([[r["name"], r["confidence"]] for r in parse.get("intent_ranking", [])[:2]])
    return found
began = time.process_time()
found = asyncio.run(go())
print("RESULT" + json.dumps({"train_s": trained, "parse_s": time.process_time() - began, "found": found}))
"""


def diet(train: list[Example], held: list[Example]) -> tuple[Figures, float, float]:
    """Figures, training seconds and milliseconds a sentence of processor time of DIET with the demo bank's pipeline.

    It refuses by its FallbackClassifier's confidence, or where out_of_scope is the likeliest.
    """
    python = subprocess.run([ROOT / "scripts" / "rasa", "python"], capture_output=True, text=True, check=True)
    with tempfile.TemporaryDirectory(prefix="diet") as name:
        folder = Path(name)
        (folder / "config.yml").write_text(yaml.safe_dump(_pipeline(), sort_keys=False), encoding="utf-8")
        (folder / "nlu.yml").write_text(_nlu(train), encoding="utf-8")
        (folder / "held.json").write_text(json.dumps([one.text for one in held]), encoding="utf-8")
        (folder / "run.py").write_text(_DIET, encoding="utf-8")
        words = ["run.py", "config.yml", "nlu.yml", "held.json", "models"]
        began = time.monotonic()
        done = subprocess.run(
            ["nice", "-n", "15", python.stdout.strip(), *words], cwd=folder, capture_output=True, text=True, check=False
        )
        if "RESULT" not in done.stdout:
            raise RuntimeError(f"DIET failed after {time.monotonic() - began:.0f} s:\n{done.stderr[-2000:]}")
        result: dict[str, Any] = json.loads(done.stdout.rpartition("RESULT")[2])
    judged = []
    intents = {example.intent for example in train}
    for one, ranked in zip(held, result["found"], strict=True):
        refused = bool(ranked) and ranked[0][0] in ("nlu_fallback", "out_of_scope")
        guess = next((intent for intent, _ in ranked if intent not in ("nlu_fallback", "out_of_scope")), "")
        judged.append(Judged(one.intent, guess, refused or not ranked, one.intent in intents))
    return figures(judged), result["train_s"], 1000 * result["parse_s"] / len(held)


def _pipeline() -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load((ROOT / "nlu_models" / "config.yml").read_text(encoding="utf-8"))
    pipeline = [_DIET_COMPONENT if one["name"] == _BANKS else one for one in config["pipeline"]]
    pipeline = [one for one in pipeline if one["name"] != "CRFEntityExtractor"]
    return {"recipe": "default.v1", "assistant_id": "bench", "language": "zh", "pipeline": pipeline}


def _nlu(examples: list[Example]) -> str:
    groups: dict[str, list[str]] = {}
    for example in examples:
        text = " ".join(example.text.split()).replace("[", "(").replace("]", ")")
        groups.setdefault(example.intent, []).append(f"- {text}")
    listed = [{"intent": intent, "examples": "\n".join(lines) + "\n"} for intent, lines in groups.items()]
    return str(yaml.safe_dump({"version": "3.1", "nlu": listed}, allow_unicode=True, sort_keys=False))
