"""Who is to be written, and whether what was written may be played."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import attrs

from esc_skills.model import SeekerProfile
from esc_skills.model.profile import Purpose
from esc_skills.spec import Random
from esc_skills_plugins._shared.echoes import tidy
from esc_skills_plugins._shared.promptfiles import spoken
from esc_skills_plugins._shared.taxonomy import default_taxonomy
from esc_skills_plugins.profiles.grid import CONCEALMENT

MOST_LINES = 10
"""Lines that are kept of what a seeker may tell."""
_LIMITS = {"persona": 600, "scene": 2400, "opening": 400, "lines": 300}


@cache
def seeds(language: str = "") -> Mapping[str, Any]:
    """What profiles grow from; with a language, its words for wishes, types and faults."""
    source = files("esc_skills_plugins.profiles").joinpath("seeds.toml")
    raw = tomllib.loads(source.read_text("utf-8"))
    found: Mapping[str, Any] = raw[spoken(language)] if language else raw
    return found


@attrs.frozen(kw_only=True)
class WrittenProfile:
    """A seeker in a model's words; wish, type and purpose are never the model's."""

    persona: str = ""
    """Name, age, work, way of speaking."""
    scene: str = ""
    """What happened, what helps, what hurts."""
    opening: str = ""
    """First message."""
    lines: tuple[str, ...] = ()
    """Further facts and feelings, in order."""


@attrs.frozen(kw_only=True)
class Part:
    """One seeker to be written."""

    purpose: Purpose
    """What the profile will be used for."""
    persona_type: str
    """SAGE's persona type."""
    intention: str
    """Hidden intention."""
    copy: int
    """Number inside its cell, from 1."""
    scenario: str
    """Scenario label."""
    work: str
    """What the person does."""
    age: int
    """Years."""

    @property
    def id(self) -> str:
        """Name of the profile."""
        return f"generated-{self.purpose}-{self.persona_type}-{self.intention}-{self.copy}"

    def slots(self, language: str) -> dict[str, str]:
        """Text for the prompt, all of it this project's own."""
        words = seeds(language)
        label = default_taxonomy().label("scenario", self.scenario)
        return {
            "language": language,
            "scenario": label.definition if label else self.scenario,
            "age": str(self.age),
            "work": self.work,
            "persona": words["persona"][self.persona_type],
            "intention": words["intention"][self.intention],
        }

    def profile(self, written: WrittenProfile, language: str) -> SeekerProfile:
        """The profile, once ``fault`` found nothing."""
        lines = [tidy(line) for line in written.lines]
        return SeekerProfile(
            id=self.id,
            persona=tidy(written.persona),
            scene=tidy(written.scene),
            persona_type=self.persona_type,
            intention=self.intention,
            opening=tidy(written.opening),
            purpose=self.purpose,
            language=language,
            scenario=self.scenario,
            lines=tuple(line for line in lines if line)[:MOST_LINES],
            knobs=(("concealment", CONCEALMENT[self.persona_type]),),
        )


def parts(
    purposes: Sequence[Purpose],
    persona_types: Sequence[str],
    intentions: Sequence[str],
    per_cell: int,
    rng: Random,
) -> Iterator[Part]:
    """Deal a life to every cell; topic and work together come back only when all were dealt.

    So no two purposes share a seed while there are fewer seekers than seeds (432).
    """
    # The crisis-free topics are all of the taxonomy's: danger is no scenario of its own.
    topics = [label.name for label in default_taxonomy().scenarios]
    lives = [(topic, work) for topic in topics for work in seeds()["works"]]
    rng.shuffle(lives)
    dealt = 0
    for purpose in purposes:
        for kind in persona_types:
            for intention in intentions:
                for copy in range(1, per_cell + 1):
                    topic, work = lives[dealt % len(lives)]
                    dealt += 1
                    yield Part(
                        purpose=purpose,
                        persona_type=kind,
                        intention=intention,
                        copy=copy,
                        scenario=topic,
                        work=work,
                        age=rng.choice(seeds()["ages"]),
                    )


def key(opening: str) -> str:
    """What makes two openings the same: their letters."""
    return re.sub(r"[\W_]+", " ", opening.casefold()).strip()


def leaks(opening: str, intention: str) -> bool:
    """Say whether an opening gives the hidden intention away, in either language."""
    said = f" {key(opening)} "
    named = f" {intention.replace('-', ' ')} " in said
    english = any(f" {word} " in said for word in seeds("en")["leak"][intention])
    return named or english or any(word in said for word in seeds("zh")["leak"][intention])


def fault(written: WrittenProfile, part: Part, taken: Container[str]) -> str:
    """Why a seeker may not be played: ``empty``, ``long``, ``leak``, ``twin``; else nothing."""
    texts = {name: tidy(getattr(written, name)) for name in ("persona", "scene", "opening")}
    if not all(texts.values()) or not key(written.opening):
        return "empty"
    if any(len(text) > _LIMITS[name] for name, text in texts.items()):
        return "long"
    if any(len(line) > _LIMITS["lines"] for line in written.lines):
        return "long"
    if leaks(written.opening, part.intention):
        return "leak"
    return "twin" if any(mark in taken for mark in marks(written)) else ""


def marks(written: WrittenProfile) -> tuple[str, str]:
    """What nobody else may have: an opening and a scene."""
    return f"opening {key(written.opening)}", f"scene {key(written.scene)}"
