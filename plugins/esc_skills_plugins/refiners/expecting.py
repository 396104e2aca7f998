"""Promises that were not kept: warnings added, states barred, expectations made honest.

Only replies that followed the skill count against it; a lapse is no reason for an edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median_high

import attrs

from esc_skills.model import Check, Condition, Edit, ExpectedOutcome, Risk, RiskCheck, Skill
from esc_skills.stats import share_interval
from esc_skills_plugins._shared.affect import CRISIS
from esc_skills_plugins.refiners.draft import Desk, Draft, total
from esc_skills_plugins.refiners.outcomes import Outcome, grouped, traces_of

HALF = 0.5
"""A promise that surely comes true less often than this is broken."""
FEWEST_SEEKERS = 2
"""One seeker alone proves nothing."""


def broken(desk: Desk) -> dict[str, Check]:
    """Checks of skills that surely keep their promise in less than half of their uses, by name."""
    return {
        check.skill: check
        for check in desk.report.checks
        if check.outcome.n >= desk.limits.least
        and check.outcome.high is not None
        and check.outcome.high < HALF
    }


def honest(desk: Desk, drafts: Sequence[Draft]) -> list[Draft]:
    """Give revisions of skills with a broken promise an expectation that half of the uses keep.

    It rides along with an edit that changes what is done: alone it would change no reply, and a
    gate would let seekers talk in vain.
    """
    found = broken(desk)
    return [
        _honest(desk, draft, found[draft.edit.targets[0]])
        if draft.edit.kind == "revise" and draft.edit.targets[0] in found
        else draft
        for draft in drafts
    ]


def _honest(desk: Desk, draft: Draft, check: Check) -> Draft:
    (skill,) = draft.edit.skills
    rows = desk.used(skill.name)
    usual = int(median_high([row.points for row in rows])) if rows else 0
    if not rows or usual >= max(1, skill.expected.least_gain):
        return draft  # where it was followed it keeps its promise
    # A promise below a rise is none; where less than half rise, the least rise is what is left.
    expected = ExpectedOutcome(changes=skill.expected.changes, least_gain=max(0, usual))
    if expected == skill.expected:
        return draft
    rate = check.outcome
    why = f"it kept its promise in {rate.hits} of {rate.n} uses (at most {rate.high:.0%})"
    edit = attrs.evolve(
        draft.edit,
        skills=(attrs.evolve(skill, expected=expected),),
        reason=f"{draft.edit.reason.removesuffix('.')}; {why}.",
        evidence=tuple(sorted({*draft.edit.evidence, *traces_of(rows)})),
    )
    return attrs.evolve(draft, edit=edit)


def narrowed(desk: Desk) -> list[Draft]:
    """Bars where a stated risk comes true more often with the skill than without it."""
    checks = {check.skill: check for check in desk.report.checks}
    drafts = []
    for skill in desk.open:
        for risk, check in zip(skill.risks, _risks(checks, skill), strict=False):
            draft = _barred(desk, skill, risk, check)
            if draft:
                drafts.append(draft)
                break  # one edit a skill and round
    return drafts


def _risks(checks: dict[str, Check], skill: Skill) -> tuple[RiskCheck, ...]:
    found = checks.get(skill.name)
    return found.risks if found else ()


def _barred(desk: Desk, skill: Skill, risk: Risk, check: RiskCheck) -> Draft | None:
    usual, low = check.elsewhere.value, check.fell.low
    if risk.when is None or risk.when in skill.not_when or usual is None or low is None:
        return None
    rows = [row for row in desk.used(skill.name) if risk.when.holds(row.state)]
    seekers = {row.profile for row in rows}
    narrow = attrs.evolve(skill, not_when=(*skill.not_when, _worded(risk)))
    left = any(narrow.fits(row.state) for row in desk.figures.rows)
    enough = len(rows) >= desk.limits.least and len(seekers) >= FEWEST_SEEKERS
    if not enough or check.elsewhere.n < desk.limits.least or low <= usual or not left:
        return None
    reason = (
        f"its risk came true in {check.fell.hits} of {check.fell.n} uses (at least {low:.0%}),"
        f" in other replies there in {usual:.0%} (n={check.elsewhere.n})."
    )
    edit = Edit(
        kind="narrow",
        targets=(skill.name,),
        skills=(narrow,),
        reason=reason,
        evidence=traces_of(rows),
    )
    return Draft(edit=edit, worth=max(0.0, -total(rows)))


def _worded(risk: Risk) -> Condition:
    """The risk's trigger as a bar; both say the same."""
    when = risk.when or Condition()
    return when if when.words else attrs.evolve(when, words=risk.trigger)


def warned(desk: Desk) -> list[Draft]:
    """A risk for the state in which a skill surely lowers the emotion more often than others."""
    drafts = []
    for skill in desk.open:
        by_state = grouped(desk.used(skill.name), lambda row: [row.state.label])
        found = [
            draft
            for state, rows in by_state.items()
            if state and state != CRISIS and (draft := _warning(desk, skill, state, rows))
        ]
        drafts += sorted(found, key=lambda one: -one.worth)[:1]
    return drafts


def _warning(desk: Desk, skill: Skill, state: str, rows: Sequence[Outcome]) -> Draft | None:
    others = [row for row in desk.figures.rows if row.state.label == state]
    others = [row for row in others if skill.name not in row.used]
    seekers = [row.profile for row in rows]
    known = any(risk.when is not None and state in risk.when.states for risk in skill.risks)
    enough = min(len(rows), len(others)) >= desk.limits.least and len({*seekers}) >= FEWEST_SEEKERS
    if known or not enough:
        return None
    # Every state of every skill is looked at, so each must be surer than one alone.
    level = 1 - (1 - desk.limits.level) / max(1, len(desk.seen_states()))
    low = share_interval([row.points < 0 for row in rows], seekers, level=level).low
    usual = sum(row.points < 0 for row in others) / len(others)
    if low is None or low <= usual:
        return None
    when = desk.wording.state(state).when
    risk = Risk(
        trigger=f"It has lowered the emotion while {when}.",
        instead=desk.wording.action("stay-with-feeling").steps[0],
        when=Condition(states=(state,)),
    )
    edit = Edit(
        kind="add-risk",
        targets=(skill.name,),
        skills=(attrs.evolve(skill, risks=(*skill.risks, risk)),),
        reason=f"while {when} the emotion fell after {sum(row.points < 0 for row in rows)} of"
        f" {len(rows)} uses (at least {low:.0%}), after other replies in {usual:.0%}"
        f" (n={len(others)}).",
        evidence=traces_of(rows),
    )
    return Draft(edit=edit, worth=max(0.0, -total(rows)) / 2)
