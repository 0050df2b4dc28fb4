"""Languages: gettext catalogues with English msgids, and the commands that keep them whole.

``python -m callcenter.web.i18n extract`` takes texts out of code and templates into the catalogues,
``compile`` makes the binary ones, ``check`` fails when a text is missing in a language.
"""

from __future__ import annotations

import gettext
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent
LOCALE = HERE / "locale"
LANGUAGES = ("zh", "en")
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}


def N_(text: str) -> str:
    """Marks a text for extraction where it is only translated later."""
    return text


def po_path(language: str) -> Path:
    """The catalogue people edit."""
    return LOCALE / language / "LC_MESSAGES" / "messages.po"


def mo_path(language: str) -> Path:
    """The catalogue the program reads; made from the former."""
    return po_path(language).with_suffix(".mo")


def compile_catalogues(*, only_stale: bool = False) -> None:
    """Write the binary catalogues; ``only_stale`` leaves those that are newer than their source."""
    for language in LANGUAGES:
        source, target = po_path(language), mo_path(language)
        if only_stale and target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        part = target.with_suffix(".mo.part")
        with part.open("wb") as file:
            write_mo(file, _read(language))
        part.replace(target)
    translations.cache_clear()


@lru_cache
def translations(language: str) -> gettext.NullTranslations:
    """The texts of ``language``; call :func:`compile_catalogues` once before."""
    with mo_path(language).open("rb") as file:
        return gettext.GNUTranslations(file)


def choose_language(*wishes: str | None, accept: str = "", default: str = "zh") -> str:
    """The first wish we speak, else what the browser accepts, else ``default``."""
    for wish in wishes:
        if wish in LANGUAGES:
            return str(wish)
    for part in accept.lower().split(","):
        code = part.split(";")[0].strip()[:2]
        if code in LANGUAGES:
            return code
    return default


def extract() -> Catalog:
    """All texts in code and templates."""
    found = Catalog(project="callcenter", charset="utf-8")
    options = {"templates/**.html": {"silent": "false", "trimmed": "true"}}
    for name, line, message, comments, context in extract_from_dir(
        HERE, _METHODS, options, keywords=_KEYWORDS, comment_tags=("i18n:",)
    ):
        if not name.startswith("frontend"):
            found.add(message, None, [(name, line)], auto_comments=comments, context=context)
    for text in _texts_of_the_api():
        found.add(text)
    for entry in found:
        _plain_per_cent(entry)
    return found


def _texts_of_the_api() -> Iterator[str]:
    from callcenter.web.api.app import texts  # the API needs this module

    return texts()


def _plain_per_cent(message: Message) -> None:
    """Our placeholders are named; “80 % in 20 s” is no place for a number."""
    text = message.id if isinstance(message.id, str) else "".join(message.id)
    if "%(" not in text:
        message.flags.discard("python-format")


def update_catalogues() -> None:
    """Bring both catalogues up to date; English says what the msgid says, Chinese keeps what is there."""
    template = extract()
    for language in LANGUAGES:
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = _read(language) if path.exists() else Catalog(locale=language, project="callcenter")
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        if language == "en":
            for message in catalogue:
                filled = all(message.string) if isinstance(message.string, (list, tuple)) else message.string
                message.string = message.string if filled else message.id
        with path.open("wb") as file:
            write_po(file, catalogue, width=0, sort_output=True, no_location=True, omit_header=False)


def faults() -> Iterator[str]:
    """What is missing, left over or unfinished in the catalogues, one line each."""
    wanted = {message.id if isinstance(message.id, str) else message.id[0] for message in extract() if message.id}
    for language in LANGUAGES:
        catalogue = _read(language)
        for message in catalogue:
            _plain_per_cent(message)
        have = {(m.id if isinstance(m.id, str) else m.id[0]): m for m in catalogue if m.id}
        for text in sorted(wanted - have.keys()):
            yield f"{language}: not in the catalogue: {text!r}"
        for text in sorted(have.keys() - wanted):
            yield f"{language}: no longer used: {text!r}"
        for text, message in have.items():
            filled = all(message.string) if isinstance(message.string, (list, tuple)) else bool(message.string)
            if not filled or message.fuzzy:
                yield f"{language}: not translated: {text!r}"
            yield from (f"{language}: {text!r}: {error}" for error in message.check())


def _read(language: str) -> Catalog:
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language)


def main(arguments: list[str]) -> int:
    """The command line; returns the exit code."""
    match arguments:
        case ["extract"]:
            update_catalogues()
        case ["compile"]:
            compile_catalogues()
        case ["check"]:
            lines = list(faults())
            sys.stdout.writelines(f"{line}\n" for line in lines)
            return 1 if lines else 0
        case _:
            sys.stderr.write("usage: python -m callcenter.web.i18n extract|compile|check\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
