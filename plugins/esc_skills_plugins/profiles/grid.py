"""Profiles ``grid``: every hidden intention with every persona type, for every purpose.

Seekers are composed from written scenes and voices (TOML files beside this module). Each purpose
has scenes, people and wordings of its own, so that nothing learnt on one set is met on another.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

import attrs

from esc_skills.errors import ConfigError
from esc_skills.model import INTENTIONS, PERSONA_TYPES, PURPOSES, SeekerProfile
from esc_skills.model.invariants import between, filled
from esc_skills.spec import Context, Profiles, hookimpl

CONCEALMENT: Mapping[str, float] = {"negative": 0.1, "passive": 0.3, "avoidant": 0.5}
"""How much of the hints a type of person keeps back, 0-1; our decision."""
MOST = 10
"""Most seekers in one cell."""

_STRIDE = {"persona": 3, "copy": 3}
_NAME_STRIDE = 7


@cache
def _data(name: str) -> Mapping[str, Any]:
    source = files("esc_skills_plugins.profiles").joinpath(f"{name}.toml").read_text("utf-8")
    return tomllib.loads(source)


@attrs.frozen(kw_only=True)
class _Cell:
    """One place of the grid."""

    purpose: str
    kind: str
    intention: str
    copy: int

    @property
    def scene(self) -> Mapping[str, Any]:
        """Scenes differ inside a cell, and among the intentions of one persona type."""
        scenes = _data(f"scenes_{self.purpose}")["scene"]
        place = INTENTIONS.index(self.intention) + _STRIDE["copy"] * self.copy
        chosen: Mapping[str, Any] = scenes[
            (place + _STRIDE["persona"] * PERSONA_TYPES.index(self.kind)) % len(scenes)
        ]
        return chosen

    @property
    def person(self) -> str:
        names = _data(f"scenes_{self.purpose}")["names"]
        place = PERSONA_TYPES.index(self.kind) * len(INTENTIONS) + INTENTIONS.index(self.intention)
        return str(names[(place + _NAME_STRIDE * self.copy) % len(names)])


def _slots(scene: Mapping[str, Any]) -> dict[str, str]:
    first, second = scene["ways"]
    return {key: scene[key] for key in ("other", "they", "them", "deed")} | {
        "a": first,
        "b": second,
    }


def _lines(cell: _Cell, scene: Mapping[str, Any]) -> tuple[str, ...]:
    """Facts and feelings in the order they are told, ten lines."""
    voice = _data("voices")[cell.purpose]
    wish = [line.format(**_slots(scene)) for line in voice["intention"][cell.intention]]
    ways = voice["persona"][cell.kind]
    manner = ways[cell.copy % len(ways)].format(**_slots(scene))
    facts = scene["facts"]
    head = (facts[0], wish[0], facts[1], facts[2], wish[1], manner)
    return (*head, facts[3], wish[2], *facts[4:])


def _profile(cell: _Cell, language: str) -> SeekerProfile:
    scene, voices = cell.scene, _data("voices")
    wish = voices["wish"][cell.intention].format(**_slots(scene))
    first, second = scene["ways"]
    return SeekerProfile(
        id=f"grid-{cell.purpose}-{cell.kind}-{cell.intention}-{cell.copy + 1}",
        persona=f"{cell.person}, {scene['age']}, {scene['work']}; {voices['manner'][cell.kind]}.",
        scene=(
            f"{' '.join(scene['facts'])} The seeker is torn: {first}, or {second}. "
            f"What does good: {wish}. What does harm: not being heard, being lectured, "
            "advice that comes too early, the same comfort again."
        ),
        persona_type=cell.kind,
        intention=cell.intention,
        opening=scene["openings"][cell.kind],
        purpose=cell.purpose,  # type: ignore[arg-type]
        language=language,
        scenario=scene["scenario"],
        lines=_lines(cell, scene),
        knobs=(("concealment", CONCEALMENT[cell.kind]),),
    )


def _safety(purpose: str, language: str) -> Iterator[SeekerProfile]:
    for number, raw in enumerate(_data("safety").get(purpose, ())):
        cell = _Cell(
            purpose=purpose, kind=raw["persona_type"], intention=raw["intention"], copy=number
        )
        scene = _data(f"scenes_{purpose}")["scene"][raw["scene"]]
        lines = list(_lines(cell, scene))
        lines[1] = raw["said"]
        lines[4] = raw["later"]
        yield attrs.evolve(
            _profile(cell, language),
            id=f"grid-{purpose}-safety-{number + 1}",
            persona=f"{cell.person}, {scene['age']}, {scene['work']}; in danger, says it aside.",
            scene=f"{' '.join(scene['facts'])} Thoughts of not living any more show in asides.",
            opening=scene["openings"][cell.kind],
            scenario=scene["scenario"],
            lines=tuple(lines),
            safety=True,
            knobs=(),
        )


def _all_of(allowed: tuple[str, ...], what: str) -> Any:
    return [filled, _among(allowed, what)]


def _among(allowed: tuple[str, ...], what: str) -> Any:
    def check(owner: Any, field: attrs.Attribute[Any], value: tuple[str, ...]) -> None:
        wrong = [name for name in value if name not in allowed]
        if wrong:
            raise ValueError(f"{field.name}: no {what} {wrong[0]!r}; known: {', '.join(allowed)}")

    return check


def _sizes(owner: Any, field: attrs.Attribute[Any], value: int | tuple[int, ...]) -> None:
    sizes = (value,) if isinstance(value, int) else value
    for size in sizes:
        between(1, MOST)(owner, field, size)


@attrs.frozen(kw_only=True)
class GridProfiles:
    """Composes seekers: intentions x persona types x purposes, ``per_cell`` of each."""

    name: ClassVar[str] = "grid"
    summary: ClassVar[str] = (
        "8 hidden intentions x 3 persona types x 3 purposes, written in English"
    )
    mechanisms: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "diverse seekers": {"learning_types": ["negative"]},
    }
    """What can be left out, with the settings that switch it off."""

    purposes: tuple[str, ...] = attrs.field(
        default=PURPOSES, converter=tuple, validator=_all_of(PURPOSES, "purpose")
    )
    """Purposes to make seekers for."""
    per_cell: int | tuple[int, int, int] = attrs.field(default=1, validator=_sizes)
    """Seekers in each cell, 1-10, or three such numbers, for refine, verify and report; beyond
    the first, openings return with other wishes."""
    intentions: tuple[str, ...] = attrs.field(
        default=INTENTIONS, converter=tuple, validator=_all_of(INTENTIONS, "intention")
    )
    """Hidden intentions to make seekers for."""
    persona_types: tuple[str, ...] = attrs.field(
        default=PERSONA_TYPES, converter=tuple, validator=_all_of(PERSONA_TYPES, "persona type")
    )
    """Persona types to make seekers for."""
    learning_types: tuple[str, ...] = attrs.field(
        default=(), converter=tuple, validator=_among(PERSONA_TYPES, "persona type")
    )
    """Persona types of the seekers to refine and verify with; empty for all of ``persona_types``.
    One alone is an ablation of the paper, and leaves those of the report as they are."""
    safety: bool = False
    """Whether to add the safety profiles of verify and report (indirect crisis disclosures) to the
    others; the safety veto meets those of verify anyway."""
    language: str = "en"
    """BCP 47 tag; English is the one that is written."""

    async def profiles(self, ctx: Context) -> tuple[SeekerProfile, ...]:
        """All seekers, purpose by purpose.

        Raises:
            ConfigError: Nothing is written in ``language``.
        """
        if self.language.split("-")[0].lower() != "en":
            raise ConfigError(
                f"profiles grid: nothing is written in language {self.language!r}",
                hint='set language = "en", or bring seekers from a file with profiles = "sage"',
            )
        return tuple(self._made())

    def safety_profiles(self) -> tuple[SeekerProfile, ...]:
        """Those of verify, whatever ``safety`` says: they are for the veto, not for a score."""
        return tuple(_safety("verify", self.language)) if "verify" in self.purposes else ()

    def _made(self) -> Iterator[SeekerProfile]:
        sizes = (self.per_cell,) * 3 if isinstance(self.per_cell, int) else self.per_cell
        held = dict(zip(PURPOSES, sizes, strict=True))
        for purpose in self.purposes:
            learns = purpose != "report" and self.learning_types
            for kind in self.learning_types if learns else self.persona_types:
                for intention in self.intentions:
                    for copy in range(held[purpose]):
                        cell = _Cell(purpose=purpose, kind=kind, intention=intention, copy=copy)
                        yield _profile(cell, self.language)
            if self.safety:
                yield from _safety(purpose, self.language)


@hookimpl
def esc_skills_profiles() -> list[type[Profiles]]:
    """Bring the profiles ``grid``."""
    return [GridProfiles]
