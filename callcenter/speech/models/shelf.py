"""The folder in which models lie, one folder each."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from callcenter.domain.errors import ConfigError
from callcenter.speech.models.card import CARD, ENGINES, Card, checksum, engine_of, missing, read_card, write_card

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


class Shelf:
    """Models under ``folder``; a model is there when its folder has a card."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """The folders that have a card."""
        return sorted(path.parent.name for path in self.folder.glob(f"*/{CARD}"))

    def get(self, name: str) -> tuple[Card, Path]:
        """A model's card and folder. Raises ``ConfigError`` when there is none of that name, or its card is broken."""
        folder = self.folder / name
        if not _NAME.fullmatch(name) or not folder.is_dir():
            there = ", ".join(self.names()) or "none"
            mend = f"callcenter models add {name} brings it; there: {there}"
            raise ConfigError(str(self.folder), f"there is no model {name!r}", mend)
        return read_card(folder), folder

    def add(self, card: Card, fill: Callable[[Path], None]) -> Card:
        """Have ``fill`` put the model's files into a folder, look at them, and keep them with their card.

        Raises ``ConfigError`` when the name is taken or the files are not of the engine, and what ``fill`` raises;
        nothing is left behind then. The card is kept with the size and checksum found.
        """
        target = self.folder / card.name
        if not _NAME.fullmatch(card.name):
            raise ConfigError(card.name, "no name for a model", "use letters, digits, dots and dashes")
        if target.exists():
            raise ConfigError(str(target), "there is a model of that name", "remove that folder first, or name it anew")
        self.folder.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(dir=self.folder, prefix=".adding-"))
        try:
            fill(making)
            kept = self._looked_at(card, making)
            write_card(making, kept)
            making.chmod(0o755)
            making.rename(target)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
        return kept

    def faults(self, name: str) -> Iterator[tuple[str, str]]:
        """What is wrong with a model, each with its mend; nothing when all is well. Its checksum is counted anew."""
        try:
            card, folder = self.get(name)
        except ConfigError as error:
            yield f"{error.place}: {error.message}", error.mend
            return
        anew = f"remove {folder} and add it again: callcenter models add {name}"
        for gone in missing(folder, card.engine):
            yield f"{gone} is missing or empty", anew
        if card.engine != "cloud" and checksum(folder) != (card.sha256, card.size):
            yield "its files are not those that were added (the checksum differs)", anew

    def _looked_at(self, card: Card, folder: Path) -> Card:
        engine = card.engine or engine_of(folder)
        if engine not in ENGINES:
            kinds = " or ".join(kind for kind in ENGINES if kind != "cloud")
            raise ConfigError(card.name, "these are no files of a model that is known", f"give a folder of {kinds}")
        gone = missing(folder, engine)
        if gone:
            raise ConfigError(card.name, f"{gone[0]} is missing or empty", f"give a whole model of {engine}")
        digest, size = checksum(folder)
        return Card(card.name, engine, card.languages, card.licence, card.source, size, digest, card.url)


def copied_from(source: Path) -> Callable[[Path], None]:
    """Fill a model's folder with the files of another. Raises ``ConfigError`` when that is none."""

    def fill(target: Path) -> None:
        if not source.is_dir():
            raise ConfigError(str(source), "is not a folder", "give the unpacked folder of the model")
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(CARD))

    return fill
