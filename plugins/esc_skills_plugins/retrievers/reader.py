"""Lets a model choose among the skills of a bank; what it names is checked against the bank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import attrs

from esc_skills.errors import ReplyError
from esc_skills.model import Condition, Match, Moment, SkillsBank
from esc_skills.model.invariants import between
from esc_skills.spec import Ask, Context, Index, Prompt, Retriever, hookimpl
from esc_skills_plugins._shared.echoes import row, tidy
from esc_skills_plugins._shared.promptfiles import prompt
from esc_skills_plugins.retrievers.ranking import Entry, entry

ROLE = "retriever"
"""Model role that is asked."""
_READ = 2000
_WHY = 120


@attrs.frozen(kw_only=True)
class Pick:
    """One skill that a model chose."""

    skill: str
    """Its name, as listed."""
    why: str = ""
    """One phrase."""


@attrs.frozen(kw_only=True)
class Picked:
    """What a model chose, best first; nothing means that nothing fits."""

    picks: tuple[Pick, ...] = ()
    """The chosen skills."""


@attrs.frozen(kw_only=True)
class ReaderIndex:
    """Active skills of one bank, made ready to be listed."""

    settings: ReaderRetriever
    """Settings of the component."""
    entries: tuple[Entry, ...]
    """Active skills, in the bank's order."""

    async def search(self, moment: Moment, ctx: Context) -> tuple[Match, ...]:
        """Protected skills that fit, by code; then what the model picks of the others."""
        if not any(turn.text.strip() for turn in moment.history):
            return ()
        fitting = [(item, item.closest(moment.state)) for item in self.entries]
        first = [item.skill.name for item, close in fitting if item.skill.protected and close]
        places = self.settings.k - len(first)
        listed = self._listed(fitting)
        picks = await self._ask(moment, listed, places, ctx) if places > 0 and listed else ()
        found = (*((name, "protected skill whose conditions fit") for name in first), *picks)
        k = self.settings.k
        return tuple(
            Match(skill=name, score=float(k - place), why=why)
            for place, (name, why) in enumerate(found[:k])
        )

    def _listed(
        self, fitting: Sequence[tuple[Entry, tuple[float, Condition | None] | None]]
    ) -> list[Entry]:
        """Ordinary skills on offer; the closest ones when the bank has too many to read."""
        offered = [
            (close[0] if close else -1.0, item)
            for item, close in fitting
            if not item.skill.protected and (close or not self.settings.respect_conditions)
        ]
        if len(offered) > self.settings.listed:
            offered.sort(key=lambda item: (-item[0] - item[1].effect, item[1].skill.name))
            offered = offered[: self.settings.listed]
        # In the bank's order, so that equal lists are equal bytes for a prefix cache.
        return sorted((item for _, item in offered), key=lambda item: item.skill.name)

    async def _ask(
        self, moment: Moment, listed: list[Entry], most: int, ctx: Context
    ) -> tuple[tuple[str, str], ...]:
        try:
            answer = await ctx.ask(ROLE, self._prompt(moment, listed, most), into=Picked)
        except ReplyError as fault:
            ctx.note("skills-unread", reason=fault.message[:200])
            return ()
        names = {item.skill.name for item in listed}
        kept: dict[str, str] = {}
        for pick in answer.picks:
            name = pick.skill.strip()
            if name not in names:
                ctx.note("unknown-skill-picked", skill=tidy(name)[:80])
            elif name not in kept:
                kept[name] = tidy(pick.why)[:_WHY] or "chosen by the model"
        if len(kept) > most:
            ctx.note("too-many-skills-picked", picked=len(kept), most=most)
        return tuple(kept.items())[:most]

    def _prompt(self, moment: Moment, listed: list[Entry], most: int) -> Prompt:
        skills = "\n".join(
            row(
                name=item.skill.name,
                overview=item.skill.overview,
                when=[test.words for test in item.skill.applies if test.words],
                effect=round(item.effect, 1),
            )
            for item in listed
        )
        turns = moment.history[-self.settings.window :]
        talk = "\n".join(row(speaker=turn.speaker, text=turn.text[-_READ:]) for turn in turns)
        state = moment.state
        read = row(
            scenario=state.scenario,
            state=state.label,
            emotion=state.emotion,
            intensity=state.intensity,
        )
        return prompt(
            "retrievers",
            "reader",
            "pick",
            language=moment.language,
            slots={"k": str(most)},
            data=[("skills", skills), ("conversation", talk), ("state", read)],
        )


@attrs.frozen(kw_only=True)
class ReaderRetriever:
    """A model reads the skills and the conversation, and picks; it may pick none."""

    name: ClassVar[str] = "reader"
    summary: ClassVar[str] = "a model reads the listed skills and picks up to k, or none"
    mechanisms: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "conditions while searching": {"respect_conditions": False},
        "measured effects": {"effect_weight": 0.0},
    }
    """What can be left out, with the settings that switch it off."""

    k: int = attrs.field(default=3, validator=between(1, 1000))
    """Most skills offered."""
    window: int = attrs.field(default=8, validator=between(1, 1000))
    """Last turns of the conversation that the model reads."""
    listed: int = attrs.field(default=60, validator=between(1, 1000))
    """Most skills that the model reads; beyond it, those whose conditions fit best."""
    respect_conditions: bool = True
    """False lists also skills whose conditions forbid them, for an ablation; protected skills
    always keep to their conditions."""
    effect_weight: float = attrs.field(default=1.0, validator=between(0, 100))
    """Points for one SAGE point of measured effect, as the model is told; 0 hides the record."""

    @property
    def asks(self) -> tuple[Ask, ...]:
        """A question a search; a listed skill is a row of about seventy tokens."""
        asked = prompt("retrievers", "reader", "pick", slots={"k": str(self.k)})
        return (
            Ask(
                role=ROLE,
                per="search",
                prompt=asked,
                into=Picked,
                turns=self.window,
                data=70 * min(self.listed, 30),
                answer=60,
            ),
        )

    async def index(self, bank: SkillsBank, ctx: Context) -> Index:
        """Take the active skills."""
        entries = tuple(entry(skill, self.effect_weight) for skill in bank.active)
        return ReaderIndex(settings=self, entries=entries)


@hookimpl
def esc_skills_retrievers() -> list[type[Retriever]]:
    """Offer the component of this file."""
    return [ReaderRetriever]
