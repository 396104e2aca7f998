"""Three kinds of failure, found in replies: missing skill, unsafe, right only for some."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from esc_skills.model import Failure, Skill, SkillsBank
from esc_skills_plugins.refiners.outcomes import Outcome, grouped, shrunk

MARGIN = 0.5
"""Shrunk mean, in SAGE points, from which a kind of seeker counts as gaining or losing."""


@attrs.frozen(kw_only=True)
class Split:
    """A skill or an action that helps some kinds of seeker and harms others."""

    key: str
    """``skill NAME`` or ``action LABEL``."""
    gains: tuple[str, ...]
    """Groups that gain, best first."""
    loses: tuple[str, ...]
    """Groups that lose, worst first."""
    means: Mapping[str, tuple[float, int]]
    """Mean emotion change and count by group."""

    @property
    def words(self) -> str:
        """The pattern as a sentence for the report."""

        def figures(groups: Sequence[str]) -> str:
            return ", ".join(f"{g} ({self.means[g][0]:+.1f}, n={self.means[g][1]})" for g in groups)

        return f"{self.key} gains for {figures(self.gains)} and loses for {figures(self.loses)}"


def missing(rows: Sequence[Outcome], bank: SkillsBank, least: int) -> Iterator[Failure]:
    """Replies that no skill shaped and that went wrong, or did nothing where replies do harm."""
    bare = [row for row in rows if row.ordinary and not row.used]
    by_state = grouped(bare, lambda row: [row.state.label])
    means = {
        state: sum(r.points for r in inside) / len(inside) for state, inside in by_state.items()
    }
    skills = {skill.name: skill for skill in bank.active}
    for row in bare:
        low = len(by_state[row.state.label]) >= least and means[row.state.label] < 0
        if row.points > 0 or (row.points == 0 and not low):
            continue
        fitting = _fitting(row, skills)
        lapse = bool(fitting) and row.points < 0
        why = "a fitting skill was offered and not used" if lapse else "no skill shaped the reply"
        yield _failure("missing-skill", row, f"{why}, change {row.delta:+d}", fitting, lapse=lapse)


def _fitting(row: Outcome, skills: Mapping[str, Skill]) -> tuple[str, ...]:
    return tuple(name for name in row.offered if name in skills and skills[name].fits(row.state))


def unsafe(rows: Sequence[Outcome], bank: SkillsBank) -> Iterator[Failure]:
    """Replies that a guard stopped, and replies that ran into a known risk."""
    for row in rows:
        if row.unsafe:
            yield _failure("unsafe-intervention", row, f"alarm {', '.join(row.unsafe)}", row.blamed)
            continue
        warned = tuple(name for name in row.used if row.points < 0 and _warned(bank, name, row))
        if warned:
            why = f"a known risk held and the change was {row.delta:+d}"
            yield _failure(
                "unsafe-intervention", row, why, warned, lapse=_unlike(row, warned, bank)
            )


def _warned(bank: SkillsBank, name: str, row: Outcome) -> bool:
    skill = bank.skill(name)
    risks = skill.risks if skill else ()
    return any(risk.when is not None and risk.when.holds(row.state) for risk in risks)


def _unlike(row: Outcome, names: Sequence[str], bank: SkillsBank) -> bool:
    """Whether a reply did something else than every skill it names: no defect of the skills."""
    skills = [skill for name in names if (skill := bank.skill(name))]
    return bool(row.action and skills) and not any(
        row.action in skill.actions or not skill.actions for skill in skills
    )


def splits(rows: Sequence[Outcome], least: int, prior: float) -> tuple[Split, ...]:
    """Skills and actions whose mean is clearly above 0 for some groups and below for others."""

    def keys(row: Outcome) -> list[str]:
        acted = [f"action {row.action}"] if row.action else []
        return [*acted, *(f"skill {name}" for name in row.used)]

    found = []
    ordinary = [row for row in rows if row.ordinary]
    for key, inside in grouped(ordinary, keys).items():
        means: dict[str, tuple[float, int]] = {}
        drawn: dict[str, float] = {}
        for group, members in grouped(inside, lambda row: row.groups).items():
            points = [row.points for row in members]
            if len(points) >= least:
                means[group] = (sum(points) / len(points), len(points))
                drawn[group] = shrunk(points, prior, 0.0)
        gains = sorted((g for g in drawn if drawn[g] >= MARGIN), key=lambda g: (-drawn[g], g))
        loses = sorted((g for g in drawn if drawn[g] <= -MARGIN), key=lambda g: (drawn[g], g))
        if gains and loses:
            found.append(Split(key=key, gains=tuple(gains), loses=tuple(loses), means=means))
    return tuple(found)


def uneven(rows: Sequence[Outcome], found: Sequence[Split], bank: SkillsBank) -> Iterator[Failure]:
    """Replies that failed a seeker of a kind for whom the skill or the action loses."""
    losing = {split.key: split.loses for split in found}
    for row in rows:
        if not row.ordinary or row.points >= 0:
            continue
        tried = [f"action {row.action}", *(f"skill {name}" for name in row.used)]
        hits = [
            (key, group) for key in tried for group in losing.get(key, ()) if group in row.groups
        ]
        if hits:
            key, group = hits[0]
            why = f"{key} loses for {group}, change {row.delta:+d}"
            lapse = _unlike(row, row.used, bank)
            yield _failure("profile-specific", row, why, row.used, lapse=lapse)


def _failure(
    kind: str, row: Outcome, why: str, skills: tuple[str, ...], *, lapse: bool = False
) -> Failure:
    return Failure(
        kind=kind,  # type: ignore[arg-type] # one of FAILURE_KINDS, checked by the noun
        trace=row.trace,
        exchange=row.exchange,
        skills=skills,
        why=why,
        cause=row.cause,
        lapse=lapse,
    )
