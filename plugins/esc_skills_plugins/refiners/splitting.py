"""Conditions that fit: a skill is split where states differ, widened where it would be doubled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import attrs

from esc_skills.model import Condition, Edit, ExpectedOutcome, Skill
from esc_skills.stats import contrast_interval
from esc_skills_plugins.refiners.adding import helpful
from esc_skills_plugins.refiners.draft import Desk, Draft, free_name, states_of, total
from esc_skills_plugins.refiners.outcomes import Outcome, grouped, traces_of

FEWEST_SEEKERS = 2
"""One seeker alone proves nothing."""


def divisions(desk: Desk) -> list[Draft]:
    """Splits of skills that surely do worse in some of their states, where another action helps.

    By state, and not by kind of seeker: a supporter sees the state alone.
    """
    drafts: list[Draft] = []
    taken = [skill.name for skill in desk.bank.skills]
    for skill in desk.open:
        if skill.proof is not None or not skill.actions:
            continue
        worse = worse_states(desk, skill)
        draft = _split(desk, skill, worse, taken) if worse else None
        if draft:
            drafts.append(draft)
            taken.append(draft.edit.skills[1].name)
    return drafts


def worse_states(desk: Desk, skill: Skill) -> Mapping[str, tuple[Outcome, ...]]:
    """States of a skill in which its replies surely gain less than in its other states."""
    states = states_of(skill)
    rows = [row for row in desk.used(skill.name) if row.state.label in states]
    by_state = grouped(rows, lambda row: [row.state.label])
    tried = {state: some for state, some in by_state.items() if len(some) >= desk.limits.least}
    if len(tried) < 2:
        return {}
    level = 1 - (1 - desk.limits.level) / len(tried)
    found = {}
    for state, some in tried.items():
        gap = contrast_interval(
            [row.points for row in rows],
            [row.state.label == state for row in rows],
            [row.profile for row in rows],
            level=level,
        )
        if gap.high is not None and gap.high < 0 and _seekers(some) >= FEWEST_SEEKERS:
            found[state] = some
    return found if len(found) < len(tried) else {}


def _seekers(rows: Sequence[Outcome]) -> int:
    return len({row.profile for row in rows})


def _split(
    desk: Desk, skill: Skill, worse: Mapping[str, tuple[Outcome, ...]], taken: list[str]
) -> Draft | None:
    states = tuple(worse)
    kept = _without(desk, skill, states)
    best = [action for action in helpful(desk, states) if action != skill.actions[0]][:1]
    if not best or not kept.applies:
        return None
    lead = desk.wording.action(best[0])
    tried, lost = (
        desk.figures.seen(best[0], states),
        [row for some in worse.values() for row in some],
    )
    gain = desk.figures.value(best[0], states) - total(lost) / len(lost)
    if gain < desk.limits.gain or _seekers(tried) < FEWEST_SEEKERS:
        return None
    slug = re.sub(r"[^a-z0-9]+", "-", f"{lead.slug}-when-{states[0]}".casefold())
    when = desk.wording.when(states)
    other = attrs.evolve(
        skill,
        name=free_name(slug, taken),
        overview=f"When {when}, {lead.does}.",
        applies=(Condition(states=states, words=when),),
        actions=tuple(best),
        guidance=(*(desk.wording.state(state).notice for state in states[:1]), *lead.steps),
        expected=ExpectedOutcome(),
        pitfalls=(lead.pitfall,) if lead.pitfall else (),
        examples=lead.examples,
        effects=(),
    )
    edit = Edit(
        kind="split",
        targets=(skill.name,),
        skills=(kept, other),
        reason=f"while {when} it brought {total(lost) / len(lost):+.1f} points (n={len(lost)}),"
        f" surely less than in its other states; {best[0]} brings"
        f" {desk.figures.value(best[0], states):+.1f} there (n={len(tried)}, shrunk).",
        evidence=traces_of([*lost, *tried]),
    )
    return Draft(edit=edit, worth=gain * len(lost))


def _without(desk: Desk, skill: Skill, states: Sequence[str]) -> Skill:
    """The skill for its other states; what was measured over all of them goes."""
    tests = []
    for test in skill.applies:
        left = tuple(state for state in test.states if state not in states)
        if left == test.states:
            tests.append(test)
        elif left:
            tests.append(attrs.evolve(test, states=left, words=desk.wording.when(left)))
    return attrs.evolve(skill, applies=tuple(tests), effects=())


def widened(desk: Desk, drafts: Sequence[Draft]) -> list[Draft]:
    """Turn a new skill that would recommend exactly what another does into that one, widened."""
    made, used = [], set()
    for draft in drafts:
        old = _double(desk, draft) if draft.edit.kind == "add" else None
        if old is None or old.name in used:
            made.append(draft)
            continue
        used.add(old.name)
        (new,) = draft.edit.skills
        wide = attrs.evolve(old, applies=(*old.applies, *new.applies))
        edit = attrs.evolve(draft.edit, kind="widen", targets=(old.name,), skills=(wide,))
        made.append(attrs.evolve(draft, edit=edit))
    return made


def _double(desk: Desk, draft: Draft) -> Skill | None:
    """An open skill with the very actions of a new one that is not barred from its states."""
    (new,) = draft.edit.skills
    wanted = {state for test in new.applies for state in test.states}
    return next(
        (
            skill
            for skill in desk.open
            if skill.actions == new.actions
            and skill.applies
            and not any(wanted & set(bar.states) for bar in skill.not_when)
            and set(new.not_when) <= set(skill.not_when)
        ),
        None,
    )
