"""What each kind of edit may change; bounds of a patch."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esc_skills._stages.patch import refusal
from esc_skills.model import Condition, Edit, Skill

EDIT_LIMIT = 64
"""Most edits of one patch."""


def implies(new: Condition, old: Condition) -> bool:
    """Whether whatever fits ``new`` fits ``old`` too."""
    fields = (
        (new.scenarios, old.scenarios),
        (new.states, old.states),
        (new.emotions, old.emotions),
    )
    inside = old.intensity_min <= new.intensity_min and new.intensity_max <= old.intensity_max
    return inside and all(not held or (some and set(some) <= set(held)) for some, held in fields)


def within(new: Sequence[Condition], old: Sequence[Condition]) -> bool:
    """Whether one of ``new`` holds only where one of ``old`` does; empty holds always."""
    return not old or (bool(new) and all(any(implies(one, test) for test in old) for one in new))


def _narrower(old: Skill, new: Skill) -> bool:
    return set(old.not_when) <= set(new.not_when) and within(new.applies, old.applies)


def _wider(old: Skill, new: Skill) -> bool:
    return old.not_when == new.not_when and within(old.applies, new.applies)


def _warier(old: Skill, new: Skill) -> bool:
    return set(old.risks) < set(new.risks)


_SHAPES = {
    "narrow": (_narrower, ("applies", "not_when"), "conditions that hold less often"),
    "widen": (_wider, ("applies",), "conditions that hold more often"),
    "add-risk": (_warier, ("risks",), "one risk more"),
}


def check_shape(edit: Edit, old: Sequence[Skill]) -> None:
    """A narrow, widen or add-risk changes what its name says, and nothing else.

    Raises:
        BankRuleError: ``bank.shape``.
    """
    if edit.kind not in _SHAPES:
        return
    fits, free, meant = _SHAPES[edit.kind]
    before, after = old[0], edit.skills[0]
    same = {name: getattr(before, name) for name in (*free, "evidence", "revision")}
    if attrs.evolve(after, **same) != before or not fits(before, after):
        raise refusal(
            "bank.shape",
            f"edit {edit.kind} of {before.name!r} changes more or other than it says",
            f"give the skill {meant}, or call it a revision",
        )
