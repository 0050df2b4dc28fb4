"""Models kept by the training data they were made from, so that nothing is trained twice."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from callcenter.bot.embedded.store import VERSION

READ = ("config.yml", "domain.yml", "domain.yaml", "embedded.yml")
"""What decides about a model besides ``data/`` and ``domain/``."""


def fingerprint(project: Path) -> str:
    """The same for the same training data and the same shape of models."""
    digest = hashlib.sha256(f"model {VERSION}".encode())
    folders = (project / "domain", project / "data")
    files = [project / name for name in READ] + [file for one in folders for file in sorted(one.rglob("*.y*ml"))]
    for file in files:
        if file.is_file():
            digest.update(f"\0{file.relative_to(project).as_posix()}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def newest(kept: Path) -> Path | None:
    """The model that was made last, whatever it was made from."""
    found = [folder for folder in kept.iterdir() if (folder / "manifest.json").is_file()] if kept.is_dir() else []
    return max(found, key=lambda folder: (folder / "manifest.json").stat().st_mtime_ns, default=None)


def drop_others(kept: Path, wanted: Path) -> None:
    """Keep one model alone."""
    for folder in kept.iterdir():
        if folder.is_dir() and folder != wanted:
            shutil.rmtree(folder, ignore_errors=True)
