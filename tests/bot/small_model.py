"""Models for tests that talk with the assistant, trained once for a run: a dozen of the intents (4 s), or all."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from callcenter.bot.embedded import save, train
from callcenter.bot.training_data import read_project

REPOSITORY = Path(__file__).parents[2]
INTENTS = frozenset(
    {
        *("balance_query", "card_loss_report", "limit_raise", "human_agent", "inform", "affirm", "deny", "complaint"),
        *("goodbye", "out_of_scope", "correct_value", "fee_query", "fraud_report", "callback_request"),
    }
)


@cache
def small_model() -> Path:
    """The folder of the model."""
    project = read_project(REPOSITORY / "nlu_models")
    project.examples = [example for example in project.examples if example.intent in INTENTS]
    folder = Path(mkdtemp(prefix="small-model-")) / "model"
    save(train(project), folder)
    return folder


@cache
def bank_model() -> Path:
    """The folder of a model of all that the bank's assistant knows (20 s)."""
    folder = Path(mkdtemp(prefix="bank-model-")) / "model"
    save(train(read_project(REPOSITORY / "nlu_models")), folder)
    return folder
