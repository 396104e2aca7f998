"""Distiller that asks a model: groups are counted by code, their skills are written by a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import attrs

from esc_skills.errors import ReplyError
from esc_skills.model import InterventionUnit, Prototype, Skill, Taxonomy
from esc_skills.model.skill import NAME_LIMIT
from esc_skills.spec import Ask, Context, Distillate, Makes, Prompt, hookimpl
from esc_skills_plugins._shared.echoes import row
from esc_skills_plugins._shared.promptfiles import prompt
from esc_skills_plugins._shared.together import together
from esc_skills_plugins.distillers.tally import Tally
from esc_skills_plugins.distillers.written import Censor, WrittenSkill, censor_for, rewritten

ROLE = "distiller"
"""Model role that is asked."""
_CUT = 400
_SHOWN_BAD = 3

Written = tuple[Skill, WrittenSkill | None]


@attrs.frozen(kw_only=True)
class Paper(Tally):
    """Counts as ``tally`` does, with the same settings; then a model writes each skill.

    The model never names evidence, labels or figures: these come from the counts.
    """

    name: ClassVar[str] = "paper"
    summary: ClassVar[str] = "counts like tally; a model writes the skills in words of its own"

    shown: int = attrs.field(default=6, validator=attrs.validators.ge(0))
    """Good units of a group that the model reads, from 0; up to three bad ones come with them."""
    language: str = "en"
    """Language that skills are written in, BCP 47; English and Chinese have prompts."""

    @property
    def asks(self) -> tuple[Ask, ...]:
        """A question a skill, with counts and a few units."""
        shown = self.shown + min(self.shown, _SHOWN_BAD)
        return (
            Ask(
                role=ROLE,
                per="skill",
                prompt=prompt("distillers", "paper", "write", language=self.language),
                into=WrittenSkill,
                data=100 + 120 * shown,
                answer=450,
            ),
        )

    @property
    def makes(self) -> tuple[Makes, ...]:
        """As many skills as the counts may give."""
        most = self.max_skills
        return (Makes(what="skill", likely=min(max(self.min_skills, 1), most), most=most),)

    async def distil(
        self, units: tuple[InterventionUnit, ...], taxonomy: Taxonomy, ctx: Context
    ) -> Distillate:
        """Distil all units of a run at once; no units gives an empty distillate."""
        counted = await Tally.distil(self, units, taxonomy, ctx)
        by_id = {unit.id: unit for unit in units}
        written = await together(
            self._write(skill, counted.prototypes, by_id, ctx) for skill in counted.skills
        )
        censor = censor_for(units, taxonomy)
        skills = _named_apart(self._kept(written, censor))
        for reason, count in sorted(censor.counts.items()):
            ctx.note("skill-checked", what=reason, count=count)
        lost = len(counted.skills) - len(skills)
        notes = [f"{count} times: {reason}" for reason, count in sorted(censor.counts.items())]
        notes += [f"{lost} groups without a skill: nothing usable was written"] if lost else []
        return attrs.evolve(counted, skills=skills, notes=(*counted.notes, *notes))

    async def _write(
        self,
        skill: Skill,
        prototypes: Sequence[Prototype],
        units: Mapping[str, InterventionUnit],
        ctx: Context,
    ) -> Written:
        evidence = [units[name] for name in skill.evidence]
        try:
            return skill, await ctx.ask(
                ROLE, self._prompt(skill, prototypes, evidence), into=WrittenSkill
            )
        except ReplyError as fault:
            ctx.note("skill-unwritten", group=skill.name, reason=fault.message[:200])
            return skill, None

    def _kept(self, written: Sequence[Written], censor: Censor) -> Iterator[tuple[str, Skill]]:
        """Name of the group and the skill, for every group whose words may stand."""
        for counted, words in written:
            if words is not None:
                made = rewritten(counted, words, censor, risks=self.risks)
                if made is not None:
                    yield counted.name, made

    def _prompt(
        self,
        skill: Skill,
        prototypes: Sequence[Prototype],
        evidence: Sequence[InterventionUnit],
    ) -> Prompt:
        ids = {unit.id for unit in evidence}
        counts = [
            row(
                state=item.state,
                action=item.action,
                polarity=item.polarity,
                units=len(item.units),
                of=item.tried,
                interval=[item.low, item.high],
            )
            for item in prototypes
            if not ids.isdisjoint(item.units)
        ]
        good = _sample(evidence, "positive", self.shown)
        bad = _sample(evidence, "negative", min(self.shown, _SHOWN_BAD))
        data = [("counts", "\n".join(counts)), ("expected", row(changes=skill.expected.changes))]
        if good or bad:
            data.append(("units", "\n".join(map(_shown, (*good, *bad)))))
        return prompt("distillers", "paper", "write", language=self.language, data=data)


def _sample(
    units: Sequence[InterventionUnit], polarity: str, most: int
) -> tuple[InterventionUnit, ...]:
    """The surest units of a polarity, one a dialogue, so that no single talk speaks for all."""
    ranked = sorted(
        (unit for unit in units if unit.change.polarity == polarity),
        key=lambda unit: (-unit.change.confidence, unit.id),
    )
    first: dict[tuple[str, str], InterventionUnit] = {}
    for unit in ranked:
        first.setdefault((unit.source.corpus, unit.source.dialogue), unit)
    return tuple(first.values())[:most]


def _shown(unit: InterventionUnit) -> str:
    return row(
        polarity=unit.change.polarity,
        change=unit.change.label,
        state=unit.before.label,
        action=unit.action.label,
        seeker=unit.context[:_CUT],
        supporter=unit.action.text[:_CUT],
    )


def _named_apart(found: Iterator[tuple[str, Skill]]) -> tuple[Skill, ...]:
    """Skills sorted by name; a name that is taken gives way to a number behind it."""
    taken: dict[str, Skill] = {}
    for _, skill in sorted(found, key=lambda item: item[0]):
        name, number = skill.name, 2
        while name in taken:
            tail = f"-{number}"
            name, number = skill.name[: NAME_LIMIT - len(tail)].strip("-") + tail, number + 1
        taken[name] = attrs.evolve(skill, name=name)
    return tuple(taken[name] for name in sorted(taken))


@hookimpl
def esc_skills_distillers() -> list[type[Paper]]:
    """The distiller of this module."""
    return [Paper]
