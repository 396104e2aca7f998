"""Fixed texts and protected skills, read from the data files beside this module."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import attrs

from esc_skills.model import Condition, ExpectedOutcome, Risk, Skill

EVIDENCE = "protected:crisis-manifest"
"""Where the protected skills come from."""


@attrs.frozen(kw_only=True)
class Locale:
    """Help texts of one country."""

    region: str
    """ISO 3166 country code; empty for the neutral text."""
    source: str
    """Who answers the number."""
    link: str
    """Public page of the source."""
    checked: datetime.date
    """Day of the last check."""
    en: str
    """Text in English."""
    zh: str
    """Text in simplified Chinese."""

    def text(self, language: str) -> str:
        """The text in Chinese for Chinese, else in English."""
        return _pick(language, {"en": self.en, "zh": self.zh})


def _pick(language: str, texts: Mapping[str, str]) -> str:
    return texts["zh" if language.lower().replace("_", "-").split("-")[0] == "zh" else "en"]


def _read(name: str) -> dict[str, Any]:
    source = files("esc_skills_plugins.guards").joinpath(name)
    return tomllib.loads(source.read_text("utf-8"))


@cache
def locales() -> Mapping[str, Locale]:
    """All shipped locales by country code; the empty code is the neutral one."""
    return {entry["region"]: Locale(**entry) for entry in _read("locales.toml")["locale"]}


def oldest() -> datetime.date:
    """Day on which the text that waits longest for a look was checked."""
    return min(entry.checked for entry in locales().values())


def overdue(today: datetime.date, days: int) -> tuple[str, ...]:
    """Countries whose text was checked longer ago than so many days; nothing else is a release."""
    late = (code for code, entry in locales().items() if (today - entry.checked).days > days)
    return tuple(code or "no country" for code in late)


@cache
def _boundary() -> Mapping[str, str]:
    texts: Mapping[str, str] = _read("locales.toml")["boundary"]
    return texts


def region(locale: str) -> str:
    """Country code of a locale such as ``GB``, ``en-GB`` or ``en_GB.UTF-8``; empty when none."""
    parts = locale.split(".")[0].replace("_", "-").split("-")
    last = parts[-1].upper()
    # "en" alone is a language; a lone "CA" written by hand is a country.
    known = len(last) == 2 and (len(parts) > 1 or parts[0].isupper())
    return last if known else ""


def help_text(locale: str, language: str) -> str:
    """Help text of a country, or the neutral one; never another country's."""
    known = locales()
    return known.get(region(locale), known[""]).text(language)


def boundary_text(language: str) -> str:
    """Text that stands in for a reply that crossed a boundary."""
    return _pick(language, _boundary())


def _skill(entry: Mapping[str, Any]) -> Skill:
    words = entry["condition_words"]
    return Skill(
        name=entry["name"],
        overview=entry["overview"],
        applies=(Condition(states=tuple(entry["states"]), words=words),),
        actions=tuple(entry["actions"]),
        guidance=tuple(entry["guidance"]),
        pitfalls=tuple(entry["pitfalls"]),
        expected=ExpectedOutcome(changes=tuple(entry["expected_changes"])),
        risks=tuple(Risk(**risk) for risk in entry["risks"]),
        evidence=(EVIDENCE,),
        protected=True,
    )


@cache
def protected_skills() -> tuple[Skill, ...]:
    """Skills of the manifest, the same in every bank."""
    return tuple(_skill(entry) for entry in _read("manifest.toml")["skill"])
