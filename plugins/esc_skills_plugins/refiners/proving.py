"""One hypothesis from a trial: what was shown to help leads, and what it replaces steps back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from esc_skills.model import Condition, Edit, Effect, ExpectedOutcome, Proposal, Skill
from esc_skills.stats import Interval
from esc_skills_plugins._shared.affect import CRISIS
from esc_skills_plugins.refiners.draft import Desk, free_name, states_of
from esc_skills_plugins.refiners.outcomes import Outcome, shrunk, traces_of
from esc_skills_plugins.refiners.packing import signature
from esc_skills_plugins.refiners.trying import Lots

FAREWELL = "closing"
"""State at the end of a talk, where no skill is needed."""
LEAST = 10
"""Fewest turns at which an action was on trial before it counts as shown."""
MOST_ACTIONS = 3
"""Actions of a new skill: what was shown, and what seems to go with it."""


def proofs(trial: Lots) -> dict[str, Interval]:
    """Actions that lots have shown to help, best first."""
    found = {action: trial.effect(action) for action in trial.offers}
    sure = [
        action
        for action, one in found.items()
        if one.n >= LEAST and one.low is not None and one.low > 0
    ]
    return {action: found[action] for action in sorted(sure, key=lambda a: -trial.value(a))}


def hypothesis(desk: Desk, trial: Lots, rejected: Sequence[Proposal]) -> Proposal | None:
    """New skills that lead with what was shown to help, in place of skills that were not.

    Refused as a whole, the next round tries the new skills beside the old ones; refused again,
    the idea is dropped.
    """
    adds = list(_additions(desk, trial))
    if not adds:
        return None
    covered = {state for edit in adds for state in states_of(edit.skills[0])}
    tried = {_idea(old.edits) for old in rejected}
    for edits in ([*adds, *_replaced(desk, trial, covered)], adds):
        if _idea(edits) not in tried:
            return Proposal(bank=desk.bank.hash, edits=tuple(edits), refiner="tally")
    return None


def _idea(edits: Sequence[Edit]) -> tuple[str, ...]:
    return tuple(sorted(signature(edit) for edit in edits))


def _additions(desk: Desk, trial: Lots) -> Iterator[Edit]:
    """A skill for each action that was shown to help, for the states in which it does best."""
    shown = proofs(trial)
    leads: dict[str, list[str]] = {}
    for state in desk.seen_states():
        ranked = [action for action in shown if trial.value(action, (state,)) > 0]
        if state == FAREWELL or not ranked:
            continue
        best = max(ranked, key=lambda action: trial.value(action, (state,)))
        if not _leads(desk, best, state):
            leads.setdefault(best, []).append(state)
    taken = [skill.name for skill in desk.bank.skills]
    for action, states in leads.items():
        skill = _write(desk, trial, _actions(trial, action, states), states, shown[action])
        skill = attrs.evolve(skill, name=free_name(skill.name, taken))
        taken.append(skill.name)
        yield Edit(
            kind="add", skills=(skill,), reason=_why(action, shown[action]), evidence=skill.evidence
        )


def _leads(desk: Desk, action: str, state: str) -> bool:
    """Whether a proven skill of the bank already begins with an action in a state."""
    return any(
        skill.proof is not None
        and skill.actions[:1] == (action,)
        and state in (states_of(skill) or (state,))
        for skill in desk.open
    )


def _actions(trial: Lots, lead: str, states: Sequence[str]) -> tuple[str, ...]:
    """The lead, and what seems to help besides."""
    others = [action for action in trial.offers if action != lead and trial.value(action) > 0]
    others.sort(key=lambda action: (-trial.value(action, states), action))
    return (lead, *others)[:MOST_ACTIONS]


def _why(action: str, shown: Interval) -> str:
    return (
        f"Offered by lot, {action} brought {shown.value:+.1f} points a reply beyond turns left"
        f" alone (n={shown.n}; {shown.low:+.1f} to {shown.high:+.1f}, all tried actions at once)."
    )


def _write(
    desk: Desk, trial: Lots, actions: tuple[str, ...], states: list[str], shown: Interval
) -> Skill:
    lead = desk.wording.action(actions[0])
    rows = trial.offers[actions[0]]
    value, low, high = (round(end or 0.0, 3) for end in (shown.value, shown.low, shown.high))
    second = (desk.wording.action(actions[1]).also,) if len(actions) > 1 else ()
    return Skill(
        name=re.sub(r"[^a-z0-9]+", "-", f"proven-{lead.slug}".casefold()),
        overview=f"When {desk.wording.when(tuple(states))}, {lead.does}. Drawn by lot in simulated"
        f" talks, this brought {value:+.1f} points a reply beyond other turns (n={shown.n}).",
        applies=tuple(
            Condition(states=(state,), words=desk.wording.state(state).when) for state in states
        ),
        not_when=(Condition(states=(CRISIS,), words=desk.wording.state(CRISIS).when),),
        actions=actions,
        guidance=(*lead.steps, *second),
        expected=ExpectedOutcome(least_gain=max(0, min(3, round(value)))),
        pitfalls=(lead.pitfall,) if lead.pitfall else (),
        examples=lead.examples,
        evidence=traces_of(rows),
        effects=(
            Effect(group="all", value=value, n=shown.n, low=low, high=high, basis="randomised"),
        ),
    )


def _replaced(desk: Desk, trial: Lots, covered: set[str]) -> Iterator[Edit]:
    """Quarantine of skills whose states are covered, and whose replies did not gain as much."""
    lead = max(proofs(trial), key=trial.value)
    for skill in desk.open:
        states = states_of(skill)
        rows = [row for row in trial.alone if skill.name in row.used]
        if skill.proof is not None or not set(states) <= covered:
            continue
        own = shrunk([trial.gain(row) for row in rows], trial.prior, 0.0)
        new = trial.value(lead, states)
        if own < new:
            yield _step_back(skill, rows, trial.seen(lead, states or tuple(covered)), own, new)


def _step_back(
    skill: Skill, rows: Sequence[Outcome], tried: Sequence[Outcome], own: float, new: float
) -> Edit:
    reason = (
        f"its replies gained {own:+.1f} points against what is usual in their states"
        f" (n={len(rows)}, shrunk); what was shown by lot gains {new:+.1f} there (n={len(tried)})."
    )
    evidence = traces_of((*rows, *tried))
    return Edit(kind="quarantine", targets=(skill.name,), reason=reason, evidence=evidence)
