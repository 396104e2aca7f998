"""A narrow, widen or add-risk changes what its name says."""

from __future__ import annotations

import attrs
import pytest

from esc_skills._stages.shapes import check_shape, implies, within
from esc_skills.errors import BankRuleError
from esc_skills.model import Condition, Edit, Risk, Skill
from esc_skills.testing.samples import skill

WORRIED, SAD = Condition(states=("worried",)), Condition(states=("sad",))
BOTH = Condition(states=("worried", "sad"))
MILD = Condition(states=("worried",), intensity_max=60)
OLD = skill(applies=(WORRIED,))
RISK = Risk(trigger="The seeker is tired.")


def edit(kind: str, **changes: object) -> Edit:
    made = attrs.evolve(OLD, **changes)
    return Edit(kind=kind, targets=(OLD.name,), skills=(made,), reason="r")


GOOD = {
    "narrow-condition": edit("narrow", applies=(MILD,)),
    "narrow-bar": edit("narrow", not_when=(SAD,)),
    "widen-label": edit("widen", applies=(BOTH,)),
    "widen-one-more": edit("widen", applies=(WORRIED, SAD)),
    "widen-always": edit("widen", applies=()),
    "add-risk": edit("add-risk", risks=(*OLD.risks, RISK)),
    "other-kind": edit("revise", overview="All new.", risks=()),
}
BAD = {
    "narrow-that-widens": edit("narrow", applies=(BOTH,)),
    "narrow-to-always": edit("narrow", applies=()),
    "narrow-with-words": edit("narrow", applies=(MILD,), overview="New."),
    "widen-that-narrows": edit("widen", applies=(MILD,)),
    "widen-with-bar": edit("widen", applies=(), not_when=(SAD,)),
    "widen-with-name": edit("widen", applies=(), name="other"),
    "add-no-risk": edit("add-risk"),
    "add-for-another": edit("add-risk", risks=(RISK,)),
    "add-with-guidance": edit("add-risk", risks=(*OLD.risks, RISK), guidance=("Go.",)),
    "add-awake": edit("add-risk", risks=(*OLD.risks, RISK), life="retired"),
}


@pytest.mark.parametrize("name", GOOD)
def test_an_edit_that_is_what_it_says_passes(name: str) -> None:
    """Conditions narrow or widen, risks grow; a revision may change what it likes."""
    check_shape(GOOD[name], [OLD])


@pytest.mark.parametrize("name", BAD)
def test_an_edit_that_does_more_is_refused(name: str) -> None:
    """B18: the wrong direction, or a change beside it, is refused as another shape."""
    with pytest.raises(BankRuleError) as refused:
        check_shape(BAD[name], [OLD])
    assert refused.value.where == "bank.shape"


def test_evidence_and_revision_may_differ() -> None:
    """What code keeps about an edit is no change of the skill."""
    made: Skill = attrs.evolve(OLD, applies=(MILD,), evidence=("iu-9",), revision=4)
    check_shape(Edit(kind="narrow", targets=(OLD.name,), skills=(made,), reason="r"), [OLD])


def test_conditions_are_compared_field_by_field() -> None:
    """An empty field allows everything, so it is the widest."""
    assert implies(MILD, WORRIED)
    assert not implies(WORRIED, MILD)
    assert implies(WORRIED, Condition())
    assert not implies(Condition(), WORRIED)
    assert within((MILD, SAD), (BOTH,))
    assert not within((), (BOTH,))
    assert within((), ())
