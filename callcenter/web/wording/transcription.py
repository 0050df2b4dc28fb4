"""Why a recording has no transcript, with the mend, in the reader's words."""

from __future__ import annotations

import re

from callcenter.web.i18n import N_
from callcenter.web.wording.words import Words

_REASONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (
            r"worker broke off",
            N_("Its process was killed each time, mostly for want of memory: choose a smaller model."),
        ),
        (r"recogniser hangs", N_("It took far too long: choose a smaller model, or a faster machine.")),
        (r"no WAV file|\d channels of", N_("The file is damaged: bring it back from the backup.")),
        (r"is not there$", N_("The file is missing: bring it back from the backup.")),
        (r"entry is gone", N_("The recording's entry was removed.")),
        (r"understands", N_("The model is of another language: choose the language or another model.")),
        (r"is no model|has no model", N_("The model is damaged: check it, and add it again.")),
        (r"library", N_("The recogniser is not installed.")),
        (r"can not be reached|connection was lost", N_("The recogniser can not be reached.")),
    )
)
_OTHER = N_("The recogniser failed.")


def reason_of(words: Words, trouble: str) -> str:
    """The sentence for what a worker noted; what is not known is a failure of the recogniser."""
    return words.gettext(next((text for pattern, text in _REASONS if pattern.search(trouble)), _OTHER))
