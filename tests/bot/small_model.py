"""A model of a dozen of the bank's intents, trained once for all tests that talk with the assistant (4 s)."""

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
