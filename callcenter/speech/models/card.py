"""What is known of a model: the card that lies beside its files."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from callcenter.domain.errors import ConfigError

CARD = "callcenter-model.json"
ENGINES = ("vosk", "faster-whisper", "cloud")
NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "vosk": (("am/final.mdl", "final.mdl"), ("conf/mfcc.conf", "mfcc.conf"), ("graph", "HCLr.fst", "HCLG.fst")),
    "faster-whisper": (("model.bin",), ("config.json",), ("vocabulary.txt", "vocabulary.json")),
    "cloud": (),
}
"""Files of an engine's models; of each group one must be there."""
_PIECE = 1 << 20


class Card(msgspec.Struct, frozen=True):
    """A model. ``size`` in bytes; ``sha256`` over all its files by :func:`checksum`; ``url`` of one in a cloud."""

    name: str
    engine: str
    languages: tuple[str, ...]
    licence: str
    source: str
    size: int
    sha256: str
    url: str = ""


_cards: msgspec.json.Decoder[Card] = msgspec.json.Decoder(Card)


def read_card(folder: Path) -> Card:
    """The card of a model's folder. Raises ``ConfigError`` when it can not be read."""
    path = folder / CARD
    mend = f"add the model anew: callcenter models add {folder.name}"
    try:
        card = _cards.decode(path.read_bytes())
    except FileNotFoundError:
        raise ConfigError(str(path), "there is no card", mend) from None
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigError(str(path), f"the card can not be read ({error})", mend) from error
    if card.engine not in ENGINES:
        raise ConfigError(str(path), f"there is no engine {card.engine!r}", f"engines: {', '.join(ENGINES)}")
    return card


def write_card(folder: Path, card: Card) -> None:
    """Put it beside the model's files."""
    (folder / CARD).write_bytes(msgspec.json.format(msgspec.json.encode(card)))


def missing(folder: Path, engine: str) -> list[str]:
    """What the engine needs and is not there; empty files count as missing."""
    return [
        " or ".join(group)
        for group in NEEDED[engine]
        if not any((folder / name).is_dir() or _has_content(folder / name) for name in group)
    ]


def engine_of(folder: Path) -> str:
    """The engine whose files these are; empty when of none."""
    return next((engine for engine in ENGINES if NEEDED[engine] and not missing(folder, engine)), "")


def checksum(folder: Path) -> tuple[str, int]:
    """SHA-256 over names and contents of all files but the card, in order of their names; and their bytes."""
    digest, size = hashlib.sha256(), 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != CARD):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
                size += len(piece)
    return digest.hexdigest(), size


def _has_content(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0
