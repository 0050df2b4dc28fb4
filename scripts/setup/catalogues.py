"""Fails when a gettext catalogue has an untranslated, fuzzy or placeholder-losing message."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from babel.messages.pofile import read_po

_PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sdf]|\{[a-z_]+\}")


def problems(file: Path) -> list[str]:
    """What is wrong with one catalogue, a line a message."""
    found = []
    with file.open("rb") as handle:
        catalogue = read_po(handle, locale=file.parent.parent.name)
    for message in catalogue:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        where = f"{file}: {ids[0]!r}"
        if message.fuzzy:
            found.append(f"{where} is marked fuzzy")
        if not all(texts):
            found.append(f"{where} has no translation")
        elif any(set(_PLACEHOLDER.findall(text)) - set(_PLACEHOLDER.findall(" ".join(ids))) for text in texts):
            found.append(f"{where} uses a placeholder its source has not")
    return found


def main(folder: str) -> int:
    files = sorted(Path(folder).glob("*/LC_MESSAGES/*.po"))
    found = [line for file in files for line in problems(file)]
    print("\n".join(found) if found else f"{len(files)} catalogues are complete.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
