"""Trainings and evaluations as values for templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callcenter.domain.training import ModelVersion, Training, TrainingStage
from callcenter.web.i18n import N_
from callcenter.web.wording.words import Words

FAULTS: dict[str, str] = {
    "data_wrong": N_("The training data is wrong. Nothing was trained; what answered goes on answering."),
    "not_trained": N_("The model could not be made. What answered goes on answering."),
    "too_large": N_("There is too little memory for so many sentences."),
    "too_long": N_("It took too long and was stopped. Try again when the machine has less to do."),
    "broke_off": N_("The training was ended from outside before it was ready. Nothing has changed; begin again."),
}
FIGURES: tuple[tuple[str, str, bool], ...] = (
    ("accuracy", N_("Understood rightly"), True),
    ("macro_f1", N_("Mean F1 of the intents"), True),
    ("refused", N_("Refused though known"), True),
    ("accepted_out_of_scope", N_("Accepted though out of scope"), True),
    ("in_scope", N_("Sentences judged"), False),
    ("out_of_scope", N_("of others, to be refused"), False),
)
"""Figures of a report: key, name, whether it is a share."""
REFUSED = "refused"


def job_values(training: Training | None, words: Words) -> dict[str, Any]:
    """The last training."""
    fault = detail = ""
    if training is not None and training.fault:
        fault = words.gettext(FAULTS.get(training.fault, FAULTS["not_trained"]))
        detail = words.name(training.detail)
    return {"training": training, "fault": fault, "detail": detail, "TrainingStage": TrainingStage}


def percent(value: Any) -> str:
    """A share as people read it."""
    return f"{value * 100:.1f} %" if isinstance(value, int | float) else "–"


def report_values(model: ModelVersion, names: Mapping[str, str]) -> dict[str, Any]:
    """A model's evaluation, beside that of the model that answered when it was made."""
    report = model.report
    own: Mapping[str, Any] = report.get("figures", {})
    compared: Mapping[str, Any] = report.get("compared") or {}
    before: Mapping[str, Any] = compared.get("before", {})
    after: Mapping[str, Any] = compared.get("after", own)

    def name(intent: str) -> str:
        return names.get(intent, intent.replace("_", " "))

    def shown(figures: Mapping[str, Any], key: str, share: bool) -> str:
        if key not in figures:
            return ""
        return percent(figures[key]) if share else str(figures[key])

    return {
        "figures": [(title, shown(after, key, share), shown(before, key, share)) for key, title, share in FIGURES],
        "interval": [percent(value) for value in after.get("accuracy_interval") or ()],
        "before_interval": [percent(value) for value in before.get("accuracy_interval") or ()],
        "running": report.get("running", ""),
        "running_trouble": report.get("running_trouble", ""),
        "split": report.get("held_out") == "split",
        "confused": [
            (name(meant), "" if understood == REFUSED else name(understood), times)
            for meant, understood, times in report.get("confused", [])
        ],
        "compared": compared,
        "changes": [
            {
                "text": one["text"],
                "label": name(one["label"]),
                "before": "" if one["before"] == REFUSED else name(one["before"]),
                "after": "" if one["after"] == REFUSED else name(one["after"]),
                "better": one["after"] == one["label"],
                "worse": one["before"] == one["label"],
            }
            for one in compared.get("changes", [])
        ],
    }
