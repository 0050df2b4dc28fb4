"""The operators of rules: their fields and what each may hold. The reader and the JSON Schema are made from this."""

from __future__ import annotations

from msgspec import Struct


class Field(Struct, frozen=True):
    """A field of an operator. ``kind`` is one of those :mod:`callcenter.quality.condition_reader` reads."""

    kind: str
    required: bool = False
    about: str = ""


SCOPE: dict[str, Field] = {
    "by": Field(
        "speakers", about="who says it: agent, customer, bot, system, or a list of them; anybody when left out"
    ),
    "first": Field("whole", about="only in the first N turns of these speakers"),
    "last": Field("whole", about="only in the last N turns of these speakers"),
    "unless": Field("words", about="not where one of these words is in the same sentence"),
    "unless_turn": Field("words", about="not where one of these words is in the same turn"),
}

OPERATORS: dict[str, dict[str, Field]] = {
    "any": {"any": Field("words", True, "one of these words"), **SCOPE},
    "all": {"all": Field("words", True, "all of these words in one turn"), **SCOPE},
    "none": {"none": Field("words", True, "none of these words in the scope"), **SCOPE},
    "regex": {"regex": Field("regex", True, "a regular expression of RE2, small letters"), **SCOPE},
    "figure": {
        "figure": Field("unit", True, "a number with this unit is said"),
        "over": Field("number", about="at least this"),
        "under": Field("number", about="at most this"),
        **SCOPE,
    },
    "speaks": {"speaks": Field("speakers", True, "says anything"), "first": SCOPE["first"], "last": SCOPE["last"]},
    "classifier": {
        "classifier": Field("model", True, "a trained classifier, by name"),
        "over": Field("share", True, "the probability from which a sentence counts"),
        **SCOPE,
    },
    "near": {
        "near": Field("conditions2", True, "two conditions; places of the first near one of the second"),
        "turns": Field("whole", about="so many turns apart at most"),
        "seconds": Field("number", about="so many seconds apart at most"),
    },
    "order": {"order": Field("conditions", True, "conditions that hold one after the other")},
    "repeat": {"repeat": Field("condition", True, "a condition"), "times": Field("whole", True, "in so many turns")},
    "same_answer": {
        "same_answer": Field("speaker", True, "says nearly the same again"),
        "times": Field("whole", True, "so many times"),
        "alike": Field("share", about="how alike two answers are, 0 to 1; 0.9 when left out"),
    },
    "silence_over_s": {"silence_over_s": Field("number", True, "nobody speaks for longer, outside holds")},
    "hold_over_s": {"hold_over_s": Field("number", True, "on hold for longer")},
    "overlap": {
        "overlap": Field("speaker", True, "begins while the other still speaks"),
        "times": Field("whole", about="so many times; once when left out"),
        "over_ms": Field("whole", about="by more than so many ms; 300 when left out"),
    },
    "speech_rate": {
        "speech_rate": Field("speaker", True, "speaks faster than"),
        "over_zh": Field("number", True, "so many characters a minute in Chinese"),
        "over_en": Field("number", True, "so many words a minute in English"),
        "for_s": Field("number", True, "for so many seconds of talk"),
    },
    "talk_share": {"talk_share": Field("speaker", True, "has of all talk"), "over": Field("share", True, "more than")},
    "figure_differs": {
        "figure_differs": Field("speaker", True, "states a figure other than the screen's (system turn)")
    },
    "outside_hours": {"outside_hours": Field("hours", True, "began outside these hours of the called person's place")},
    "call": {"call": Field("call", True, "what is known of the call")},
    "and": {"and": Field("conditions", True, "all hold; cites the first that cites")},
    "or": {"or": Field("conditions", True, "one holds; cites the earliest")},
    "not": {"not": Field("condition", True, "does not hold")},
    "if": {
        "if": Field("condition", True, "places of this …"),
        "then": Field("condition", about="… that this does not follow"),
        "before": Field("condition", about="… that this does not precede"),
        "within_s": Field("number", about="within so many seconds"),
        "within_turns": Field("whole", about="within so many turns"),
    },
    "use": {"use": Field("reference", True, "a condition by name")},
}

UNTRAINED = ("similar", "sentiment", "anger", "emotion")
"""Operators of other products that need a classifier of their own: refused with a word, never passed over."""

CALL_FIELDS: dict[str, str] = {
    "medium": "texts",
    "direction": "texts",
    "purpose": "texts",
    "queue": "texts",
    "campaign": "texts",
    "agent": "texts",
    "disposition": "texts",
    "language": "texts",
    "step": "texts",
    "bot": "truth",
    "verified": "truth",
    "survey": "truth",
    "duration_over_s": "number",
    "duration_under_s": "number",
    "transfers_over": "number",
}
"""Fields of ``call`` and what each holds; a list of texts means one of them."""

UNITS = ("any", "percent", "money", "minutes", "hours", "working_days", "days", "months", "years", "times")
