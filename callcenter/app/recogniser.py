"""Which recogniser makes the transcripts, by the settings."""

from __future__ import annotations

from pathlib import Path

from callcenter.app.settings import Settings
from callcenter.domain.errors import ConfigError
from callcenter.domain.ports import Recogniser
from callcenter.speech.models import Card, Shelf
from callcenter.speech.recognisers.cloud import CloudRecogniser
from callcenter.speech.recognisers.loading import MEND, present
from callcenter.speech.recognisers.simulated import LANGUAGES, SimulatedRecogniser
from callcenter.speech.recognisers.vosk import VoskRecogniser
from callcenter.speech.recognisers.whisper import WhisperRecogniser

SIMULATED = "simulated"
LIBRARIES = {"vosk": "vosk", "faster-whisper": "faster_whisper"}
SETTING = "CALLCENTER_RECOGNISER"
LIVE_SETTING = "CALLCENTER_LIVE_RECOGNISER"


def shelf_of(settings: Settings) -> Shelf:
    """Where models lie."""
    return Shelf(settings.models or settings.data / "models")


def language_of(settings: Settings) -> str:
    """The language that is listened for."""
    return settings.recogniser_language or settings.language


def trouble_of(settings: Settings) -> ConfigError | None:
    """Why there can be no transcripts with these settings, with the mend; None when there can. Loads nothing heavy."""
    if not settings.recogniser:
        mend = f"callcenter models list shows what there is; then set {SETTING}"
        return ConfigError(SETTING, "no recogniser is chosen: recordings wait without transcripts", mend)
    if settings.recogniser == SIMULATED:
        return _language_trouble(settings, LANGUAGES)
    try:
        card, _ = shelf_of(settings).get(settings.recogniser)
    except ConfigError as error:
        return error
    library = LIBRARIES.get(card.engine)
    if library is not None and not present(library):
        return ConfigError(SETTING, f"the library {card.engine} is not installed", MEND)
    return _language_trouble(settings, card.languages)


def live_trouble_of(settings: Settings) -> ConfigError | None:
    """Why nobody can be listened to while they speak; None when they can."""
    if not settings.live_recogniser:
        mend = f"callcenter models list shows what there is; then set {LIVE_SETTING}"
        return ConfigError(LIVE_SETTING, "no recogniser is chosen: there are no live transcripts", mend)
    trouble = trouble_of(_live(settings))
    if trouble is None or trouble.place != SETTING:
        return trouble
    return ConfigError(LIVE_SETTING, trouble.message, trouble.mend)


def live_recogniser_of(settings: Settings) -> Recogniser:
    """The recogniser of live speech. Raises ``ConfigError`` when there is none, or it can not be.

    The simulated one says, one after the other, the lines of ``simulated.txt`` in the models' folder.
    """
    if settings.live_recogniser == SIMULATED:
        lines = shelf_of(settings).folder / "simulated.txt"
        return SimulatedRecogniser(lines.read_text(encoding="utf-8").splitlines() if lines.is_file() else ())
    return recogniser_of(_live(settings))


def _live(settings: Settings) -> Settings:
    return settings.model_copy(update={"recogniser": settings.live_recogniser})


def recogniser_of(settings: Settings) -> Recogniser:
    """The recogniser in force. Raises ``ConfigError`` when there is none, or it can not be."""
    trouble = trouble_of(settings)
    if trouble is not None:
        raise trouble
    if settings.recogniser == SIMULATED:
        return SimulatedRecogniser()
    card, folder = shelf_of(settings).get(settings.recogniser)
    return of_card(card, folder, settings)


def of_card(card: Card, folder: Path, settings: Settings) -> Recogniser:
    """The recogniser of a model; its library is loaded when it first listens."""
    match card.engine:
        case "vosk":
            return VoskRecogniser(folder, card.languages, card.name)
        case "faster-whisper":
            return WhisperRecogniser(folder, card.languages, card.name)
    return CloudRecogniser(card.url, card.languages, card.name, settings.recogniser_token.get_secret_value())


def _language_trouble(settings: Settings, languages: tuple[str, ...]) -> ConfigError | None:
    language = language_of(settings)
    if language in languages:
        return None
    known = ", ".join(languages)
    return ConfigError(
        "CALLCENTER_RECOGNISER_LANGUAGE", f"{settings.recogniser} does not understand {language!r}", f"it does: {known}"
    )
