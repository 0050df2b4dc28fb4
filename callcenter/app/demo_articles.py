"""Knowledge answers of the demo bank, from the file beside this one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
import yaml

from callcenter.domain.knowledge import Article


@cache
def demo_articles() -> tuple[Article, ...]:
    """The articles in the file's order."""
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), tuple[Article, ...])
