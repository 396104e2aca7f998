"""Revisions: better actions first, conditions where a skill loses, risks, measured effects."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esc_skills.model import Condition, Edit, Risk, Skill
from esc_skills_plugins._shared.affect import CRISIS
from esc_skills_plugins.refiners.adding import helpful
from esc_skills_plugins.refiners.draft import Desk, Draft, states_of, total
from esc_skills_plugins.refiners.outcomes import Outcome, ceiling, effects, grouped, traces_of

MOST_ACTIONS = 3
"""Recommended actions of a revised skill."""
MOST_STEPS = 6
"""Steps of a revised skill."""
SAFETY = 3.0
"""Points that one unsafe reply counts for when edits are put in order."""
EFFECT_LEVEL = 0.95
"""Confidence of the interval that an Effect promises."""
NOTICED = 0.5
"""Change of a measured effect, in SAGE points, that is worth an edit of its own."""


@attrs.define(kw_only=True)
class Revision:
    """A skill while it is being rewritten."""

    skill: Skill
    """As it is by now."""
    reasons: list[str] = attrs.field(factory=list)
    """Why, one clause a change."""
    rows: list[Outcome] = attrs.field(factory=list)
    """Replies that the changes rest on."""
    worth: float = 0.0
    """Expected gain over all replies looked at."""

    def change(self, reason: str, rows: Sequence[Outcome], worth: float, **parts: object) -> None:
        """Replace parts of the skill, and say why."""
        self.skill = attrs.evolve(self.skill, **parts)  # type: ignore[arg-type] # checked by attrs
        self.reasons.append(reason)
        self.rows += rows
        self.worth += worth


def revisions(desk: Desk) -> list[Draft]:
    """At most one revision for each skill that may be changed."""
    drafts = []
    for skill in desk.open:
        draft = Revision(skill=skill)
        used = desk.used(skill.name)
        _actions(desk, draft)
        _bar_states(desk, draft, used)
        _note_unsafe(desk, draft)
        _note_uneven(desk, draft, used)
        _measure(desk, draft, used)
        if draft.reasons:
            drafts.append(_finish(draft))
    return drafts


def _finish(draft: Revision) -> Draft:
    evidence = traces_of(draft.rows)
    edit = Edit(
        kind="revise",
        targets=(draft.skill.name,),
        skills=(draft.skill,),
        reason="; ".join(draft.reasons) + ".",
        evidence=evidence,
    )
    return Draft(edit=edit, worth=draft.worth)


def _actions(desk: Desk, draft: Revision) -> None:
    """Put the action that does best in the skill's states first."""
    skill, figures = draft.skill, desk.figures
    states = states_of(skill)
    ranked = helpful(desk, states)
    if not skill.actions or not ranked or ranked[0] == skill.actions[0]:
        return
    if skill.proof is not None:
        return  # what lots have shown is not overruled by what was merely seen
    lead, old = ranked[0], skill.actions[0]
    gain = figures.value(lead, states) - figures.value(old, states)
    if gain < desk.limits.gain:
        return
    tried, before = figures.seen(lead, states), figures.seen(old, states)
    # An action of the skill that was hardly tried keeps its place behind the lead.
    kept = [
        action
        for action in skill.actions
        if action != lead
        and (len(figures.seen(action, states)) < desk.limits.least or action in ranked)
    ]
    actions = (lead, *kept)[:MOST_ACTIONS]
    reason = (
        f"in its states {lead} brings {figures.value(lead, states):+.1f} points (n={len(tried)})"
        f" and {old} {figures.value(old, states):+.1f} (n={len(before)}, both shrunk)"
    )
    words = desk.wording.action(lead)
    draft.change(
        reason,
        tried,
        gain * len(before),
        actions=actions,
        overview=f"When {_whenever(desk, states)}, {words.does}. In simulated talks this brought"
        f" {total(tried) / len(tried):+.1f} points a reply (n={len(tried)}).",
        guidance=_guidance(desk, skill, actions),
        pitfalls=tuple(dict.fromkeys((*_filled(words.pitfall), *skill.pitfalls)))[:MOST_STEPS],
        examples=words.examples or skill.examples,
    )


def _whenever(desk: Desk, states: tuple[str, ...]) -> str:
    return desk.wording.when(states) if states else "any talk allows it"


def _filled(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def _guidance(desk: Desk, skill: Skill, actions: tuple[str, ...]) -> tuple[str, ...]:
    """New steps between the first line, which says when, and the last, which says what to watch."""
    lead = desk.wording.action(actions[0])
    second = (desk.wording.action(actions[1]).also,) if len(actions) > 1 else ()
    old = skill.guidance
    first, last = (old[:1], old[-1:]) if len(old) >= 3 else ((), ())
    return tuple(dict.fromkeys((*first, *lead.steps, *second, *last)))[:MOST_STEPS]


def _bar_states(desk: Desk, draft: Revision, used: Sequence[Outcome]) -> None:
    """Forbid a skill in states where it surely loses, while others are left to it."""
    lost = []
    by_state = grouped(used, lambda row: [row.state.label] if row.state.label else [])
    for state, rows in by_state.items():
        high = ceiling(rows, desk.limits.level)
        if len(rows) >= desk.limits.least and high is not None and high < 0:
            lost.append((state, rows))
    allowed = states_of(draft.skill) or desk.seen_states()
    if not lost or {state for state, _ in lost} >= set(allowed):
        return
    for state, rows in lost:
        bar = Condition(states=(state,), words=desk.wording.state(state).when)
        mean = total(rows) / len(rows)
        draft.change(
            f"used while {bar.words} it brought {mean:+.1f} points (n={len(rows)})",
            rows,
            -total(rows),
            not_when=(*draft.skill.not_when, bar),
        )


def _note_unsafe(desk: Desk, draft: Revision) -> None:
    """Write down where the skill led to a reply that a guard had to stop."""
    rows = [row for row in desk.rows if row.unsafe and draft.skill.name in row.blamed]
    kinds = {failure.kind for failure in desk.report.failures}
    if "unsafe-intervention" not in kinds or not rows:
        return
    for state, inside in grouped(rows, lambda row: [row.state.label]).items():
        alarms = {rule for row in inside for rule in row.unsafe}
        risk = Risk(
            trigger=f"A reply crosses a boundary ({', '.join(sorted(alarms))})"
            f" while {desk.wording.state(state).when}.",
            severity="high",
            instead=desk.wording.action("stay-with-feeling").steps[0],
            when=Condition(states=(state,)) if state and state != CRISIS else None,
        )
        if risk not in draft.skill.risks:
            draft.change(
                f"a guard stopped {len(inside)} of its replies",
                inside,
                SAFETY * len(inside),
                risks=(*draft.skill.risks, risk),
            )


def _note_uneven(desk: Desk, draft: Revision, used: Sequence[Outcome]) -> None:
    """Write down for which kinds of seeker the skill loses; conditions cannot see them."""
    found = [split for split in desk.splits if split.key == f"skill {draft.skill.name}"]
    for group in found[0].loses if found else ():
        mean, count = found[0].means[group]
        who = desk.wording.group(group)
        trigger = f"It has lost with {who}."
        rows = [row for row in used if group in row.groups]
        # Without rows the skill was named for other actions than its own: that tells nothing of it.
        if not rows or any(risk.trigger == trigger for risk in draft.skill.risks):
            continue
        risk = Risk(trigger=trigger, instead="Ask what would help them before you go on.")
        draft.change(
            f"with {who} it brought {mean:+.1f} points (n={count})",
            rows,
            max(0.0, -total(rows)) / 2,
            risks=(*draft.skill.risks, risk),
        )


def _measure(desk: Desk, draft: Revision, used: Sequence[Outcome]) -> None:
    """Write measured effects into a skill that changes anyway, or whose record has moved."""
    measured = effects(used, desk.limits.least, EFFECT_LEVEL)
    if not measured or measured == draft.skill.effects or draft.skill.proof is not None:
        return
    before = next((item.value for item in draft.skill.effects if item.group == "all"), 0.0)
    now = next((item for item in measured if item.group == "all"), None)
    if now is None:
        return
    # Alone, a record is worth an edit only when it has moved and is not just noise.
    sure = now.low > 0 or now.high < 0
    if draft.reasons or (sure and abs(now.value - before) >= NOTICED):
        reason = f"its measured effect is {now.value:+.1f} points a reply (n={len(used)})"
        draft.change(reason, used, 0.1 * abs(now.value - before) * len(used), effects=measured)
