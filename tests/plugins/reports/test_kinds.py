"""Final emotion by kind of seeker."""

from __future__ import annotations

from esc_skills.model import Part, Score
from esc_skills_plugins.reports.figures import ArmFigures
from esc_skills_plugins.reports.kinds import by_kind


def arm(name: str, *groups: str) -> ArmFigures:
    parts = tuple(Part(group=group, value=30.0, n=3, low=20.0, high=40.0) for group in groups)
    facts = {"value": 30.0, "n": 3, "of": 3, "signature": "s", "arm": name, "breakdown": parts}
    return ArmFigures(
        arm=name, scores=(Score(evaluator="sage", name="emotion", **facts),), faults=0
    )


def test_kinds_stand_arm_beside_arm() -> None:
    """By persona type and by intention; where an arm has none there is a gap, not a zero."""
    found = by_kind((arm("none", "persona_type=negative", "x=y"), arm("evolved", "intention=i")))
    assert [table.title for table in found] == ["persona type", "group", "hidden intention"]
    assert [kind.name for table in found for kind in table.kinds] == ["negative", "x=y", "i"]
    (negative,) = found[0].kinds
    assert [spot.look for spot in negative.spots] == ["a0", "a2"]
    assert negative.spots[0].lane.dot
    assert negative.spots[1].part is None
    assert negative.pairs[1][1].dot is None
    assert by_kind(()) == ()
