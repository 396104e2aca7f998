"""Where each line of a bank comes from, and who said yes to which skill."""

from __future__ import annotations

from functools import lru_cache

import attrs

from esc_skills.model.identity import short_hash
from esc_skills.model.invariants import filled
from esc_skills.model.skill import Skill


@attrs.frozen
class Line:
    """One text of a skill."""

    skill: str
    """Name of the skill."""
    part: str
    """``overview``, ``applies``, ``not-when``, ``guidance``, ``pitfalls``, ``examples`` or
    ``risks``."""
    text: str
    """Its words."""

    @property
    def key(self) -> str:
        """Short hash of part and words: the same line in another skill has the same key."""
        return _key(self.part, self.text)


@lru_cache(maxsize=16_384)
def _key(part: str, text: str) -> str:
    return short_hash([part, text])


def lines(skill: Skill) -> tuple[Line, ...]:
    """Every text of a skill that a supporter may read, in the order of its file."""
    parts = (
        ("overview", (skill.overview,)),
        ("applies", tuple(test.words for test in skill.applies)),
        ("not-when", tuple(test.words for test in skill.not_when)),
        ("guidance", skill.guidance),
        ("risks", tuple(text for risk in skill.risks for text in (risk.trigger, risk.instead))),
        ("pitfalls", skill.pitfalls),
        ("examples", skill.examples),
    )
    return tuple(
        Line(skill.name, part, text) for part, texts in parts for text in texts if text.strip()
    )


@attrs.frozen(kw_only=True)
class Origin:
    """Lines of a skill that came in together, and what they rest on; kept by ``commit`` alone."""

    skill: str = attrs.field(validator=filled)
    """Name of the skill."""
    lines: tuple[str, ...] = attrs.field(validator=filled)
    """Keys of the lines, sorted."""
    sources: tuple[str, ...] = attrs.field(validator=filled)
    """Unit ids, trace ids, ``human:NAME``, ``protected:SOURCE``, ``import:FILE``, ``bank:HASH``."""
    patch: str = ""
    """Id of the proposal or patch that brought them; empty where that is not known."""


@attrs.frozen(kw_only=True)
class Review:
    """A named person's yes to a skill; it holds for this content only."""

    skill: str = attrs.field(validator=filled)
    """Name of the skill."""
    content: str = attrs.field(validator=filled)
    """Content hash of the skill, 64 hexadecimal digits."""
    by: str = attrs.field(validator=filled)
    """``human:NAME``."""
    pinned: bool = False
    """True when only a named person may change or remove the skill while it stands so."""
