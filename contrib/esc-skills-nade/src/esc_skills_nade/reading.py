"""What emotions a text shows, as ``nade`` reads it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from esc_skills.errors import ConfigError

EMOTIONS = ("anger", "anticipation", "disgust", "fear", "joy", "sadness", "surprise", "trust")
"""Plutchik's eight, in alphabetical order, as ``nade`` has them."""

Levels = Mapping[str, float]
"""Emotion → how strongly a text shows it, 0-1, to three digits."""


def levels(texts: Iterable[str]) -> Mapping[str, Levels]:
    """Read texts; those in which the model knows no word are left out.

    Raises:
        ConfigError: ``nade`` cannot load its models.
    """
    blank, *rows = _read(["", *(unique := sorted(set(texts)))])
    # A text without a known word gets the figures of an empty one: they say nothing about it.
    return {text: row for text, row in zip(unique, rows, strict=True) if row != blank}


def version() -> str:
    """Version of ``nade``, and so of its models."""
    import nade  # type: ignore[import-untyped]

    return str(nade.__version__)


def _read(texts: list[str]) -> list[dict[str, float]]:
    whole = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
    found = _model().predict(whole)
    columns = {name: found[name].to_pylist() for name in EMOTIONS}
    return [
        {name: round(float(columns[name][place]), 3) for name in EMOTIONS}
        for place in range(len(texts))
    ]


@cache
def _model() -> Any:
    """Load once; the first time ever, ``nade`` unpacks its models beside its own code."""
    from nade import Nade

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            return Nade()
    except Exception as fault:  # OSError, or classes of lightgbm's own for a file half written
        raise ConfigError(
            f"evaluator plutchik: nade cannot load its models: {str(fault)[:200]}",
            hint="let nade write into its folder once: python -c 'import nade; nade.Nade()'; "
            "if that fails, pip install --force-reinstall --no-deps nade",
        ) from fault
