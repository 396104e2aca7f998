"""New skills for states in which replies fail and no skill leads with what works."""

from __future__ import annotations

import re

from esc_skills.model import Condition, Edit, ExpectedOutcome, Skill
from esc_skills_plugins._shared.affect import CRISIS
from esc_skills_plugins.refiners.draft import Desk, Draft, free_name, states_of
from esc_skills_plugins.refiners.outcomes import Outcome, traces_of


def additions(desk: Desk) -> list[Draft]:
    """One skill for each state that lacks one, where an action is known to help there."""
    drafts: list[Draft] = []
    taken = [skill.name for skill in desk.bank.skills]
    for state in desk.seen_states():
        failed = _failed(desk, state)
        draft = _skill_for(desk, state, failed, taken) if failed else None
        if draft:
            drafts.append(draft)
            taken.append(draft.edit.skills[0].name)
    return drafts


def _failed(desk: Desk, state: str) -> int:
    """Failures of a state that no skill could have prevented; 0 when too few to act on."""
    marks = [
        failure
        for failure in desk.report.failures
        if failure.kind == "missing-skill"
        and not failure.lapse
        and failure.cause.split("/")[0] == state
    ]
    return len(marks) if len(marks) >= desk.limits.least else 0


def helpful(desk: Desk, states: tuple[str, ...]) -> list[str]:
    """Actions measured often enough in ``states`` whose mean is above 0, best first."""
    risky = {split.key.removeprefix("action ") for split in desk.splits}
    found = [
        action
        for action in desk.figures.actions
        if len(desk.figures.seen(action, states)) >= desk.limits.least
        and desk.figures.value(action, states) > 0
        and sum(row.points for row in desk.figures.seen(action, states)) > 0
    ]
    # What is right for some seekers only comes after what is right for all.
    return sorted(found, key=lambda a: (a in risky, -desk.figures.value(a, states), a))


def _skill_for(desk: Desk, state: str, failed: int, taken: list[str]) -> Draft | None:
    best = helpful(desk, (state,))[:2]
    leads = {
        skill.actions[0]
        for skill in desk.open
        if skill.actions and state in (states_of(skill) or (state,))
    }
    if not best or best[0] in leads:
        return None
    value = desk.figures.value(best[0], (state,))
    rows = desk.figures.seen(best[0], (state,))
    reason = (
        f"{failed} replies failed while {desk.wording.state(state).when} and no skill shaped"
        f" them; {best[0]} brought {sum(r.points for r in rows) / len(rows):+.1f} points there"
        f" (n={len(rows)}, shrunk {value:+.1f})."
    )
    skill = _write(desk, state, best, rows, taken)
    edit = Edit(kind="add", skills=(skill,), reason=reason, evidence=skill.evidence)
    return Draft(edit=edit, worth=value * failed)


def _write(
    desk: Desk, state: str, actions: list[str], rows: tuple[Outcome, ...], taken: list[str]
) -> Skill:
    lead, also = desk.wording.action(actions[0]), desk.wording.action(actions[-1])
    words = desk.wording.state(state)
    slug = re.sub(r"[^a-z0-9]+", "-", f"{lead.slug}-when-{state}".casefold())
    second = (also.also,) if len(actions) > 1 else ()
    value = desk.figures.value(actions[0], (state,))
    return Skill(
        name=free_name(slug, taken),
        overview=f"When {words.when}, {lead.does}. In simulated talks this brought"
        f" {sum(row.points for row in rows) / len(rows):+.1f} points a reply (n={len(rows)}).",
        applies=(Condition(states=(state,), words=words.when),),
        not_when=(Condition(states=(CRISIS,), words=desk.wording.state(CRISIS).when),),
        actions=tuple(actions),
        guidance=(words.notice, *lead.steps, *second),
        expected=ExpectedOutcome(least_gain=max(0, min(3, round(value)))),
        pitfalls=(lead.pitfall,) if lead.pitfall else (),
        examples=lead.examples,
        evidence=traces_of(rows),
    )
