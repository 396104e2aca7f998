"""What a simulated seeker knows of itself and never says: wish, manner, mood."""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from esc_skills.model import SeekerProfile
from esc_skills_plugins._shared.promptfiles import spoken

BANDS: tuple[tuple[int, str], ...] = ((100, "S"), (70, "A"), (40, "B"), (10, "C"))
"""Least emotion of each band, best first (SAGE); below the last it is F."""
_NUMBER = re.compile(r"([+-]?\d{1,6}(?:\.\d{1,6})?)\s*(?:points?|分)?\.?", re.IGNORECASE)
_SIGNS = str.maketrans("\u2212\u2013\u2014", "---")


@cache
def texts() -> Mapping[str, Any]:
    """Everything of ``backstage.toml``, by language."""
    source = files("esc_skills_plugins.seekers").joinpath("backstage.toml")
    return tomllib.loads(source.read_text("utf-8"))


def band(emotion: int) -> str:
    """Band of an emotion: S, A, B, C or F."""
    return next((name for least, name in BANDS if emotion >= least), "F")


def mood(emotion: int, language: str) -> str:
    """The band of an emotion, and what it feels like."""
    name = band(emotion)
    return f"{name}: {texts()[spoken(language)]['band'][name]}"


def wish(profile: SeekerProfile) -> str:
    """The hidden intention in words."""
    return str(texts()[spoken(profile.language)]["wish"][profile.intention])


def sketch(profile: SeekerProfile) -> str:
    """Who the seeker is, and what happened."""
    manner = texts()[spoken(profile.language)]["manner"][profile.persona_type]
    parts = [profile.persona, manner, profile.scene, *(f"- {line}" for line in profile.lines)]
    return "\n\n".join(part for part in parts if part.strip())


def read_change(said: int | float | str, clamp: int) -> tuple[int, str] | None:
    """Read an emotion change.

    Args:
        said: What the model gave: a number, or text that is one, such as ``"+3 points"``.
        clamp: Largest change, either way.

    Returns:
        The change, and what had to be done to it (``text``, ``rounded``, ``clamped``, joined by
        commas; empty for nothing). None when it is no number.
    """
    done: list[str] = []
    if isinstance(said, str):
        plain = unicodedata.normalize("NFKC", said).translate(_SIGNS).strip()
        found = _NUMBER.fullmatch(plain)
        if found is None:
            return None
        said = float(found[1])
        done.append("text")
    if isinstance(said, float):
        if not math.isfinite(said):
            return None
        if said != int(said):
            done.append("rounded")
    whole = round(said)
    kept = max(-clamp, min(clamp, whole))
    if kept != whole:
        done.append("clamped")
    return kept, ",".join(done)


def felt(emotion: int, change: int) -> int:
    """Emotion after a change, within 0-100 (the released code had no lower end)."""
    return max(0, min(100, emotion + change))
