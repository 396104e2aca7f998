"""Profiles ``generated``: a model writes the seekers from seeds; code deals, checks and names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs

from esc_skills.errors import ReplyError
from esc_skills.model import INTENTIONS, PERSONA_TYPES, PURPOSES, SeekerProfile
from esc_skills.model.invariants import between, filled
from esc_skills.spec import Ask, Context, Makes, Profiles, hookimpl
from esc_skills_plugins._shared.promptfiles import prompt
from esc_skills_plugins._shared.together import together
from esc_skills_plugins.profiles.casting import Part, WrittenProfile, fault, marks, parts, seeds

ROLE = "profiles"
"""Model role that is asked."""


def _known(allowed: tuple[str, ...]) -> Any:
    each = attrs.validators.deep_iterable(attrs.validators.in_(allowed))
    return [filled, each]


@attrs.frozen(kw_only=True)
class GeneratedProfiles:
    """Writes intentions x persona types x purposes seekers, ``per_cell`` of each."""

    name: ClassVar[str] = "generated"
    summary: ClassVar[str] = "a model writes seekers for every intention, persona type and purpose"

    purposes: tuple[str, ...] = attrs.field(
        default=PURPOSES, converter=tuple, validator=_known(PURPOSES)
    )
    """Purposes to write seekers for."""
    per_cell: int = attrs.field(default=1, validator=between(1, 100))
    """Seekers in each cell, 1-100."""
    intentions: tuple[str, ...] = attrs.field(
        default=INTENTIONS, converter=tuple, validator=_known(INTENTIONS)
    )
    """Hidden intentions to write seekers for."""
    persona_types: tuple[str, ...] = attrs.field(
        default=PERSONA_TYPES, converter=tuple, validator=_known(PERSONA_TYPES)
    )
    """Persona types to write seekers for; one alone is an ablation of the paper."""
    tries: int = attrs.field(default=3, validator=between(1, 10))
    """How often a seeker is asked for until one may be played, 1-10."""
    language: str = attrs.field(
        default="en", validator=attrs.validators.matches_re(r"[A-Za-z0-9-]{2,35}")
    )
    """BCP 47 tag of what the seekers say; English and Chinese have prompts."""

    @property
    def asks(self) -> tuple[Ask, ...]:
        """A question a seeker, once a run; refused ones are asked for again."""
        cells = self._cells * len(self.purposes)
        return (
            Ask(
                role=ROLE,
                per="run",
                prompt=prompt("profiles", "generated", "write", language=self.language),
                into=WrittenProfile,
                calls=cells * min(1.1, self.tries),
                most=cells * self.tries,
                data=60,
                answer=350,
            ),
        )

    @property
    def makes(self) -> tuple[Makes, ...]:
        """As many seekers for each purpose as there are cells, but for those refused."""
        return tuple(
            Makes(what=f"{name}-profile", likely=self._cells, most=self._cells)
            for name in self.purposes
        )

    @property
    def _cells(self) -> int:
        return len(self.persona_types) * len(self.intentions) * self.per_cell

    async def profiles(self, ctx: Context) -> tuple[SeekerProfile, ...]:
        """All seekers that may be played, purpose by purpose; one that may not is noted."""
        cast = tuple(
            parts(self.purposes, self.persona_types, self.intentions, self.per_cell, ctx.rng)  # type: ignore[arg-type]
        )
        made: dict[str, SeekerProfile] = {}
        taken: set[str] = set()
        faults: dict[str, str] = dict.fromkeys((part.id for part in cast), "")
        for number in range(self.tries):
            waiting = [part for part in cast if part.id in faults]
            answers = await together(
                self._write(part, number, faults[part.id], ctx) for part in waiting
            )
            for part, answer in zip(waiting, answers, strict=True):
                wrong = fault(answer, part, taken) if answer else "unusable"
                if wrong or answer is None:
                    faults[part.id] = wrong
                    ctx.note("profile-refused", profile=part.id, reason=wrong, attempt=number + 1)
                    continue
                del faults[part.id]
                taken.update(marks(answer))
                made[part.id] = part.profile(answer, self.language)
        _tell(ctx, faults)
        return tuple(made[part.id] for part in cast if part.id in made)

    async def _write(
        self, part: Part, number: int, wrong: str, ctx: Context
    ) -> WrittenProfile | None:
        slots = part.slots(self.language) | {"again": self._again(number, wrong)}
        question = prompt("profiles", "generated", "write", language=self.language, slots=slots)
        try:
            sample = attrs.evolve(question, repeat=number)
            return await ctx.ask(ROLE, sample, into=WrittenProfile)
        except ReplyError:
            return None

    def _again(self, number: int, wrong: str) -> str:
        """What was wrong before; without it a journal would give the same answer again."""
        if not wrong:
            return ""
        return f"({number + 1}) {seeds(self.language)['again'][wrong]}"


def _tell(ctx: Context, faults: Mapping[str, str]) -> None:
    for name, reason in sorted(faults.items()):
        ctx.note("profile-missing", profile=name, reason=reason)


@hookimpl
def esc_skills_profiles() -> list[type[Profiles]]:
    """Bring the profiles ``generated``."""
    return [GeneratedProfiles]
