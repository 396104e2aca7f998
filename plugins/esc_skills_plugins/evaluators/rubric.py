"""Rubrics: items with an id, a question, a scale and anchors, read from a data file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import attrs

from esc_skills.errors import DataError
from esc_skills.model import short_hash
from esc_skills.model.invariants import filled
from esc_skills_plugins._shared.promptfiles import LANGUAGES
from esc_skills_plugins._shared.textfile import setting_text

HINT = "compare it with esc_skills_plugins/evaluators/judge.rubric.toml"


@attrs.frozen(kw_only=True)
class Wording:
    """An item in one language."""

    question: str = attrs.field(validator=filled)
    """What is judged, as one question."""
    anchors: tuple[tuple[int, str], ...] = attrs.field(validator=filled)
    """What a number of the scale looks like in a talk, ascending."""

    @property
    def lines(self) -> str:
        """The anchors, one a line."""
        return "\n".join(f"{value} = {text}" for value, text in self.anchors)


@attrs.frozen(kw_only=True)
class Item:
    """One thing that is judged; higher is better."""

    id: str = attrs.field(validator=filled)
    """Name of its score."""
    least: int
    """Lowest number of the scale."""
    most: int
    """Highest number of the scale."""
    wordings: Mapping[str, Wording]
    """By language; every language that prompts are written in."""

    def __attrs_post_init__(self) -> None:
        """Refuse a scale that is none, anchors beside it, and a missing language."""
        if self.least >= self.most:
            raise ValueError(f"item {self.id}: scale {self.least}-{self.most} has no room")
        for language in LANGUAGES:
            if language not in self.wordings:
                raise ValueError(f"item {self.id}: no wording in {language!r}")
            for value, _ in self.wordings[language].anchors:
                if not self.least <= value <= self.most:
                    raise ValueError(f"item {self.id}: anchor {value} is not on the scale")


@attrs.frozen(kw_only=True)
class Rubric:
    """All items of a judge."""

    name: str = attrs.field(validator=filled)
    """Name and version."""
    items: tuple[Item, ...] = attrs.field(validator=filled)
    """In the order they are asked."""

    @property
    def hash(self) -> str:
        """Hash of every word of it; part of every score's signature."""
        return short_hash(self)

    def chosen(self, ids: tuple[str, ...]) -> tuple[Item, ...]:
        """Items by id, in the rubric's order; all of them when none is named.

        Raises:
            ValueError: The rubric has no item of that id.
        """
        known = [item.id for item in self.items]
        strange = [name for name in ids if name not in known]
        if strange:
            raise ValueError(f"no rubric item {strange[0]!r}; there are {', '.join(known)}")
        return tuple(item for item in self.items if item.id in ids or not ids)


def parse_rubric(text: str, where: str) -> Rubric:
    """Read a rubric from TOML.

    Raises:
        DataError: The file is not TOML, or an item lacks a part.
    """
    try:
        raw = tomllib.loads(text)
        items = tuple(_item(entry) for entry in raw["item"])
        doubled = len({item.id for item in items}) < len(items)
        if doubled:
            raise ValueError("two items share an id")
        return Rubric(name=raw["name"], items=items)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as fault:
        raise DataError(f"not a rubric: {fault}", where=where, hint=HINT) from fault


def _item(entry: Mapping[str, Any]) -> Item:
    least, most = entry["scale"]
    if type(least) is not int or type(most) is not int:
        raise ValueError(f"item {entry['id']}: a scale is two whole numbers")
    words = {language: _wording(entry[language]) for language in LANGUAGES if language in entry}
    return Item(id=entry["id"], least=least, most=most, wordings=words)


def _wording(entry: Mapping[str, Any]) -> Wording:
    anchors = sorted((int(value), text) for value, text in entry["anchors"].items())
    return Wording(question=entry["question"], anchors=tuple(anchors))


@cache
def shipped_rubric() -> Rubric:
    """The project's own rubric."""
    source = files("esc_skills_plugins.evaluators").joinpath("judge.rubric.toml")
    return parse_rubric(source.read_text("utf-8"), "judge.rubric.toml")


def load_rubric(path: str) -> Rubric:
    """Read a rubric of the user's; an empty path gives the project's own."""
    if not path:
        return shipped_rubric()
    try:
        return parse_rubric(setting_text(path), path)
    except (OSError, UnicodeDecodeError) as fault:
        raise DataError(f"cannot read the rubric: {fault}", where=path, hint=HINT) from fault
