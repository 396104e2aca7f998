"""Offers skills that mean what the seeker says, as MiniLM understands English."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from esc_skills.model import Match, Moment, SeekerState, Skill, SkillsBank, Taxonomy
from esc_skills.model.invariants import between
from esc_skills.spec import Context, Index, Retriever, hookimpl

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

READ_LIMIT = 2000
"""Last characters of a message that are read."""
LESS = 0.5
"""Weight of a skill's steps and of labels' words beside its name, overview and conditions."""
PRIOR = 10
"""Uses after which half of a measured effect is believed."""

_THEY = re.compile(r"\b[Tt]he seeker (is|has|was)\b|\b[Tt]he seeker\b")
_I = {"is": "I am", "has": "I have", "was": "I was"}
Views = tuple[tuple[float, str], ...]


def _labels(
    taxonomy: Taxonomy | None, scenarios: tuple[str, ...], states: tuple[str, ...]
) -> Iterator[str]:
    for name in scenarios:
        label = taxonomy.label("scenario", name) if taxonomy else None
        yield label.definition if label else name.replace("-", " ")
    for name in states:
        label = taxonomy.label("state", name) if taxonomy else None
        yield label.definition if label else name.replace("-", " ")


def skill_views(skill: Skill, taxonomy: Taxonomy | None) -> Views:
    """Texts that say when a skill is wanted, each with its weight."""
    found = [
        (1.0, skill.name.replace("-", " ")),
        (1.0, skill.overview),
        (LESS, " ".join(skill.guidance)),
    ]
    share = 1 / len(skill.applies) if skill.applies else 0.0
    for test in skill.applies:
        said = _THEY.sub(lambda hit: _I.get(hit[1] or "", "I"), test.words)
        labels = " ".join(_labels(taxonomy, test.scenarios, test.states))
        found += [(share, test.words), (share, said), (LESS * share, labels)]
    return tuple((weight, text[:READ_LIMIT]) for weight, text in found)


def worth(skill: Skill, state: SeekerState) -> float | None:
    """Points for the most filled fields of a condition that holds; None where none may."""
    if not skill.fits(state):
        return None
    held = [test for test in skill.applies if test.holds(state)]
    fields = ((test.states, test.scenarios, test.emotions) for test in held)
    return float(max((sum(map(bool, one)) for one in fields), default=0))


def record(skill: Skill) -> float:
    """Mean emotion change measured over all seekers, drawn towards 0 while it is seldom used."""
    for effect in skill.effects:
        if effect.group == "all" and isfinite(effect.value):
            return effect.value * effect.n / (effect.n + PRIOR)
    return 0.0


@attrs.frozen(kw_only=True, eq=False)
class MiniLMIndex:
    """Vectors of all active skills of one bank."""

    settings: MiniLMRetriever
    """Settings of the component."""
    skills: tuple[Skill, ...]
    """Active skills."""
    rows: NDArray[np.float64]
    """One row a skill."""
    taxonomy: Taxonomy | None
    """Says what a label of the state's reading means."""

    def _asked(self, moment: Moment) -> Views:
        said = [turn.text for turn in moment.history if turn.speaker == "seeker"]
        state = moment.state
        names = ((name,) if name else () for name in (state.scenario, state.label))
        read = " ".join([*_labels(self.taxonomy, *names), state.emotion])
        words = "\n".join(text[-READ_LIMIT:] for text in said[-self.settings.window :])
        return (1.0, words), (self.settings.state_weight, read)

    async def search(self, moment: Moment, ctx: Context) -> tuple[Match, ...]:
        """Protected skills that fit, then the best by meaning, conditions and records."""
        from esc_skills_minilm.sentences import encode

        settings, found = self.settings, []
        near = (self.rows @ encode(self._asked(moment))).tolist() if self.skills else []
        for skill, cosine in zip(self.skills, near, strict=True):
            points = worth(skill, moment.state)
            if points is None and (settings.respect_conditions or skill.protected):
                continue
            score = settings.similarity_weight * cosine
            score += settings.condition_weight * (points or 0.0)
            score = round(score + settings.effect_weight * record(skill), 6)
            if score >= settings.floor or skill.protected:
                found.append((not skill.protected, -score, skill.name, cosine))
        found.sort()
        top = max((-low for _, low, _, _ in found), default=0.0)
        return tuple(
            Match(
                skill=name,
                score=-low if ordinary else top,
                why=f"similar in meaning ({cosine:.2f})",
            )
            for ordinary, low, name, cosine in found[: settings.k]
        )


@attrs.frozen(kw_only=True)
class MiniLMRetriever:
    """Score = ``similarity_weight`` × cosine + ``condition_weight`` × points + effect."""

    name: ClassVar[str] = "minilm"
    summary: ClassVar[str] = "skills by meaning (MiniLM, English), conditions, measured effect"
    mechanisms: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "conditions while searching": {"respect_conditions": False, "condition_weight": 0.0},
        "measured effects": {"effect_weight": 0.0},
        "state while searching": {"state_weight": 0.0},
    }
    """What can be left out, with the settings that switch it off."""

    k: int = attrs.field(default=3, validator=between(1, 1000))
    """Most skills offered."""
    floor: float = attrs.field(default=2.0, validator=between(-100, 1000))
    """Least score offered, else it abstains; MiniLM often finds a cosine of 0.15 where nothing
    is meant alike, seldom one of 0.2."""
    window: int = attrs.field(default=2, validator=between(1, 100))
    """Last seeker messages that are searched with."""
    state_weight: float = attrs.field(default=0.5, validator=between(0, 100))
    """Weight of the state's reading beside the seeker's words; 0 searches with words alone."""
    similarity_weight: float = attrs.field(default=10.0, validator=between(0, 1000))
    """Points for a cosine of one."""
    respect_conditions: bool = True
    """False offers also skills whose conditions forbid them, for an ablation; protected skills
    always keep to their conditions."""
    condition_weight: float = attrs.field(default=1.0, validator=between(0, 100))
    """Points for each filled field of the condition that holds."""
    effect_weight: float = attrs.field(default=1.0, validator=between(0, 100))
    """Points for one SAGE point of measured effect; 0 leaves the record out."""

    async def index(self, bank: SkillsBank, ctx: Context) -> Index:
        """Encode the active skills; other work goes on meanwhile."""
        rows = await asyncio.to_thread(_rows, bank)
        return MiniLMIndex(settings=self, skills=bank.active, rows=rows, taxonomy=bank.taxonomy)


def _rows(bank: SkillsBank) -> NDArray[np.float64]:
    import numpy as np

    from esc_skills_minilm.sentences import WIDTH, encode

    made = [encode(skill_views(skill, bank.taxonomy)) for skill in bank.active]
    return np.array(made).reshape(-1, WIDTH)


@hookimpl
def esc_skills_retrievers() -> list[type[Retriever]]:
    """Offer the component of this file."""
    return [MiniLMRetriever]
