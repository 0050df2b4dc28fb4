"""A model as a folder of JSON and plain numpy arrays. Loading runs no code from it; every file is checked first.

::

    manifest.json     format, version, SHA-256 of every other file, the intents, the rule of refusal
    vocabulary.json   the pieces of each block in column order
    extractor.json    patterns, lists, synonyms
    idf.npy, weights.npy, dense.npy, bias.npy
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callcenter.bot.embedded import embedding
from callcenter.bot.embedded.features import Vocabulary
from callcenter.bot.embedded.linear import Linear
from callcenter.bot.embedded.model import Model
from callcenter.bot.embedded.refusal import Refusal
from callcenter.bot.embedded.tokens import BLOCKS
from callcenter.bot.entities import Extractor
from callcenter.bot.training_data.regex_safety import may_run_away
from callcenter.domain.errors import ConfigError, Corrupt

FORMAT = "callcenter-nlu"
VERSION = 1
"""Raised when what a model holds, or how a sentence is counted, changes: an older one must be trained again."""
MANIFEST = "manifest.json"
_ARRAYS = ("idf", "weights", "dense", "bias")
_FILES = ("vocabulary.json", "extractor.json", *(f"{name}.npy" for name in _ARRAYS))
_MAX_MANIFEST = 1_048_576


class BadModel(Corrupt):
    """A folder that is no model of ours, or a damaged one; the message says which and what to do."""


def save(model: Model, folder: Path) -> None:
    """Write the model to ``folder`` in one step: a reader finds the old one or the new one.

    Raises ConfigError where the folder holds something else, or cannot be written.
    """
    if folder.exists() and not (folder / MANIFEST).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(str(folder), "is there and is no model", "choose a new folder, or empty this one")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise ConfigError(str(folder), f"cannot be written: {error.strerror}", "choose another folder") from error
    try:
        _write(model, fresh)
        fresh.chmod(0o755)
        _exchange(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _exchange(fresh: Path, folder: Path) -> None:
    if not folder.exists():
        fresh.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    try:
        folder.rename(old / "model")
        fresh.rename(folder)
    finally:
        if not folder.exists():
            (old / "model").rename(folder)
        shutil.rmtree(old, ignore_errors=True)


def _write(model: Model, folder: Path) -> None:
    pieces = {block: list(columns) for block, columns in model.vocabulary.columns.items()}
    (folder / "vocabulary.json").write_text(_json(pieces), encoding="utf-8")
    (folder / "extractor.json").write_text(_json(model.extractor.to_json()), encoding="utf-8")
    arrays = {
        "idf": model.vocabulary.idf,
        "weights": model.linear.weights,
        "dense": model.linear.dense_weights,
        "bias": model.linear.bias,
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "files": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in _FILES},
        "intents": model.intents,
        "sentences": model.vocabulary.sentences,
        "sharpness": model.sharpness,
        "refusal": {
            "weights": model.refusal.weights.tolist(),
            "bias": model.refusal.bias,
            "threshold": model.refusal.threshold,
        },
        "embedding": model.embedding,
        "seed": model.seed,
        "card": model.card,
    }
    (folder / MANIFEST).write_text(_json(manifest), encoding="utf-8")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)


def load(folder: Path) -> Model:
    """Read a model. Raises :class:`BadModel`, or ConfigError where the model's sentence embedding is not installed."""
    manifest = _manifest(folder)
    try:
        raw = {name: _checked(folder, name, manifest["files"][name]) for name in _FILES}
        model = _build(manifest, raw)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OSError) as error:
        raise BadModel(f"{folder}: the model is damaged ({error}); train it again") from error
    embedding.require(model.embedding)
    return model


def _manifest(folder: Path) -> dict[str, Any]:
    file = folder / MANIFEST
    try:
        if file.stat().st_size > _MAX_MANIFEST:
            raise ValueError("too big")
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadModel(f"{folder}: no model is here; make one with: callcenter nlu train --out {folder}") from None
    except (OSError, ValueError) as error:
        raise BadModel(f"{folder}: {MANIFEST} cannot be read ({error}); train the model again") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BadModel(f"{folder}: this is no model of callcenter; make one with: callcenter nlu train")
    if manifest.get("version") != VERSION:
        found = manifest.get("version")
        raise BadModel(f"{folder}: the model has version {found}, this program reads {VERSION}; train it again")
    return manifest


def _checked(folder: Path, name: str, wanted: str) -> bytes:
    raw = (folder / name).read_bytes()
    if hashlib.sha256(raw).hexdigest() != wanted:
        raise ValueError(f"{name} is not what was saved")
    return raw


def _build(manifest: dict[str, Any], raw: dict[str, bytes]) -> Model:
    arrays = {name: _array(raw[f"{name}.npy"]) for name in _ARRAYS}
    intents = [str(intent) for intent in manifest["intents"]]
    pieces = json.loads(raw["vocabulary.json"])
    columns: dict[str, dict[str, int]] = {}
    width = 0
    for block in BLOCKS:
        columns[block] = {piece: width + at for at, piece in enumerate(pieces[block])}
        width += len(pieces[block])
    shapes = {"idf": (width,), "weights": (width, len(intents)), "bias": (len(intents),)}
    for name, shape in shapes.items():
        if arrays[name].shape != shape:
            raise ValueError(f"{name} has the shape {arrays[name].shape} instead of {shape}")
    if arrays["dense"].ndim != 2 or arrays["dense"].shape[1] != len(intents):
        raise ValueError("dense has a wrong shape")
    rule = manifest["refusal"]
    saved = json.loads(raw["extractor.json"])
    if any(is_regex and may_run_away(source) for _, source, is_regex, *_ in saved["listed"]):
        raise ValueError("a pattern may run away")
    return Model(
        intents,
        Vocabulary(columns, arrays["idf"], int(manifest["sentences"])),
        Linear(arrays["weights"], arrays["dense"], arrays["bias"]),
        float(manifest["sharpness"]),
        Refusal(np.array(rule["weights"], dtype=np.float64), float(rule["bias"]), float(rule["threshold"])),
        Extractor.from_json(saved),
        str(manifest["embedding"]),
        int(manifest["seed"]),
        dict(manifest["card"]),
    )


def _array(raw: bytes) -> NDArray[np.float32]:
    found = np.load(BytesIO(raw), allow_pickle=False)
    if found.dtype != np.float32 or not np.isfinite(found).all():
        raise ValueError("an array holds something else than finite numbers")
    return np.asarray(found)
