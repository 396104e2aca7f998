"""Fewer skills: quarantine of what harms, retirement of what idles, merging of doubles."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import attrs

from esc_skills.model import Condition, Edit, Skill
from esc_skills_plugins.refiners.draft import Desk, Draft, states_of, total
from esc_skills_plugins.refiners.outcomes import HELD_BACK, Outcome, ceiling, traces_of

MOST_LINES = 8
"""Steps, pitfalls and examples that a merged skill keeps of each."""


def quarantines(desk: Desk) -> list[Draft]:
    """Skills whose mean is surely below 0 and no better than replies without them."""
    drafts = []
    for skill in desk.open:
        rows = desk.used(skill.name)
        high = ceiling(rows, desk.limits.level)
        if len(rows) < desk.limits.least or high is None or high >= 0:
            continue
        others, kind = _without(desk, skill)
        mean = total(rows) / len(rows)
        usual = total(others) / len(others) if others else 0.0
        if mean >= usual:
            continue
        reason = (
            f"its replies brought {mean:+.1f} points (n={len(rows)}, interval up to"
            f" {high:+.1f}), {kind} in its states {usual:+.1f} (n={len(others)})."
        )
        edit = Edit(
            kind="quarantine", targets=(skill.name,), reason=reason, evidence=traces_of(rows)
        )
        drafts.append(Draft(edit=edit, worth=(usual - mean) * len(rows)))
    return drafts


def _without(desk: Desk, skill: Skill) -> tuple[list[Outcome], str]:
    """Replies to the same states without a skill: by lot where lots held offers back."""
    states = states_of(skill)
    others = [
        row
        for row in desk.figures.rows
        if skill.name not in row.used and (not states or row.state.label in states)
    ]
    lots = [row for row in others if row.trial == HELD_BACK]
    if len(lots) >= desk.limits.least:
        return lots, "turns at which chance held all offers back"
    return others, "other replies"


def retirements(desk: Desk) -> list[Draft]:
    """Skills that fitted many moments and were never used."""
    drafts = []
    ever = {name for row in desk.rows for name in row.used}
    for skill in desk.open:
        if skill.name in ever:
            continue
        fitted = [row for row in desk.figures.rows if skill.fits(row.state)]
        if len(fitted) >= desk.limits.idle:
            reason = f"it fitted {len(fitted)} moments and never shaped a reply."
            edit = Edit(
                kind="retire", targets=(skill.name,), reason=reason, evidence=traces_of(fitted)
            )
            drafts.append(Draft(edit=edit, worth=0.0))
    return drafts


def merges(desk: Desk) -> list[Draft]:
    """Pairs that recommend the same for overlapping states; each skill in one pair at most."""
    drafts: list[Draft] = []
    gone: set[str] = set()
    for one, two in combinations(desk.open, 2):
        # A merged skill would lose what a trial has shown of its parts.
        shown = one.proof is not None or two.proof is not None
        if {one.name, two.name} & gone or shown or not _doubles(one, two):
            continue
        gone |= {one.name, two.name}
        rows = [row for row in desk.figures.rows if {one.name, two.name} & set(row.used)]
        edit = Edit(
            kind="merge",
            targets=(one.name, two.name),
            skills=(_merged(one, two),),
            reason=f"both recommend {', '.join(one.actions)} for overlapping states"
            f" (used in {len(rows)} replies).",
            evidence=traces_of(rows),
        )
        drafts.append(Draft(edit=edit, worth=0.0))
    return drafts


def _doubles(one: Skill, two: Skill) -> bool:
    if not one.actions or one.actions != two.actions:
        return False
    overlap = any(_meet(a, b) for a in one.applies for b in two.applies)
    # A bar of one that cuts into what the other is for would silence the merged skill there.
    clash = any(
        _meet(bar, test) and bar not in other.not_when
        for skill, other in ((one, two), (two, one))
        for bar in skill.not_when
        for test in other.applies
    )
    return overlap and not clash


def _meet(one: Condition, two: Condition) -> bool:
    """Say whether some state could satisfy both."""
    pairs = (
        (one.scenarios, two.scenarios),
        (one.states, two.states),
        (one.emotions, two.emotions),
    )
    labels = all(not a or not b or set(a) & set(b) for a, b in pairs)
    return labels and max(one.intensity_min, two.intensity_min) <= min(
        one.intensity_max, two.intensity_max
    )


def _joined(*lists: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for lines in lists for line in lines))


def _merged(one: Skill, two: Skill) -> Skill:
    return attrs.evolve(
        one,
        applies=tuple(dict.fromkeys((*one.applies, *two.applies))),
        not_when=tuple(dict.fromkeys((*one.not_when, *two.not_when))),
        guidance=_joined(one.guidance, two.guidance)[:MOST_LINES],
        risks=tuple(dict.fromkeys((*one.risks, *two.risks))),
        pitfalls=_joined(one.pitfalls, two.pitfalls)[:MOST_LINES],
        examples=_joined(one.examples, two.examples)[:MOST_LINES],
        evidence=_joined(one.evidence, two.evidence),
        effects=(),
    )
