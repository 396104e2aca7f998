"""What the exemplar responder can say by itself, read from the data file beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import attrs


@attrs.frozen(kw_only=True, eq=False)
class Wording:
    """Lines by action, and the words that fill their slots."""

    lines: Mapping[str, tuple[str, ...]]
    """By action label; slots ``{feeling}`` and ``{topic}``, at most one in a line."""
    greeting: tuple[str, ...]
    """First words, when the seeker has said nothing yet."""
    closing: tuple[str, ...]
    """Last words, when the seeker is leaving."""
    leads: tuple[str, ...]
    """Lines with the slot ``{quote}`` that take up the seeker's words."""
    feelings: Mapping[str, str]
    """Adjective by emotion word or state label."""
    topics: Mapping[str, str]
    """Noun phrase by scenario label."""
    adjectives: frozenset[str]
    """Feeling words that are looked for in a seeker's words."""
    people: frozenset[str]
    """Persons that may follow ``my``."""
    things: frozenset[str]
    """Things that may follow ``my``."""
    before: frozenset[str]
    """Adjectives that may stand between."""


@cache
def default_wording() -> Wording:
    """The shipped wording; English."""
    source = files("esc_skills_plugins.responders").joinpath("wording.toml")
    raw = tomllib.loads(source.read_text("utf-8"))
    company = next(item for item in raw["action"] if item["name"] == "keep-company")
    return Wording(
        lines={item["name"]: tuple(item["lines"]) for item in raw["action"]},
        greeting=tuple(company["greeting"]),
        closing=tuple(company["closing"]),
        leads=tuple(raw["lead"]["lines"]),
        feelings=raw["feelings"],
        topics=raw["topics"],
        adjectives=frozenset(raw["seeker"]["feelings"]),
        people=frozenset(raw["my"]["people"]),
        things=frozenset(raw["my"]["things"]),
        before=frozenset(raw["my"]["before"]),
    )
