"""Risks and contraindications grow freely; losing one takes a complete waiver."""

from __future__ import annotations

import attrs
import pytest

from esc_skills._stages.patch import Rules, Waiver
from esc_skills._stages.ratchet import check_ratchet, complete
from esc_skills.errors import BankRuleError
from esc_skills.model import Condition, Risk
from esc_skills.testing.samples import skill

BAR = Condition(states=("sad",), words="they are sad")
OLD = skill(not_when=(BAR,))
TRACES = ("a/p1/0", "a/p2/0", "b/p3/1")
RULES = Rules(voices={trace: trace.split("/")[1] for trace in (*TRACES, "c/p3/2")})
LINE = OLD.risks[0].trigger


def waiver(**changes: object) -> Waiver:
    facts = {"skill": OLD.name, "line": LINE, "by": "human:Mira", "traces": TRACES, "reason": "r"}
    return Waiver(**{**facts, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"risks": ()},
        {"risks": (Risk(trigger="The seeker rarely asks for advice", instead="Answer, then ask"),)},
        {"risks": (attrs.evolve(OLD.risks[0], severity="low"),)},
        {"not_when": ()},
        {"not_when": (attrs.evolve(BAR, intensity_max=50),)},
    ],
    ids=["drop", "reword", "lower", "drop-bar", "weaken-bar"],
)
def test_a_softer_caution_is_refused(changes: dict[str, object]) -> None:
    """S7, B14: rewording or lowering is removing, for risks and contraindications alike."""
    with pytest.raises(BankRuleError) as refused:
        check_ratchet(OLD, attrs.evolve(OLD, **changes), (), RULES)
    assert refused.value.where == "S7"


def test_cautions_grow_freely() -> None:
    """S7, negative control: what is added beside the old needs nobody's leave."""
    more = attrs.evolve(
        OLD, risks=(*OLD.risks, Risk(trigger="Late.")), not_when=(Condition(states=("x",)), BAR)
    )
    check_ratchet(OLD, more, (), RULES)


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        (waiver(), True),
        (waiver(by="human:"), False),
        (waiver(by="refiner:tally"), False),
        (waiver(traces=TRACES[:2]), False),
        (waiver(traces=("a/p1/0", "a/p2/0", "a/p9/0")), False),
        (waiver(traces=("a/p1/0", "b/p3/1", "c/p3/2")), False),
    ],
    ids=["complete", "nameless", "by-a-machine", "two", "unknown", "one-seeker-twice"],
)
def test_a_waiver_names_a_person_and_three_seekers(given: Waiver, whole: bool) -> None:
    """S7: only a named person with three independent conversations of the run may waive."""
    assert complete(given, RULES) == whole
    bare = attrs.evolve(OLD, risks=())
    if whole:
        check_ratchet(OLD, bare, (given,), RULES)
    else:
        with pytest.raises(BankRuleError):
            check_ratchet(OLD, bare, (given,), RULES)


def test_a_waiver_is_for_one_line_of_one_skill() -> None:
    """S7: leave to lose one risk is no leave to lose another."""
    bare = attrs.evolve(OLD, risks=())
    for other in (waiver(skill="stay-close"), waiver(line="Something else")):
        with pytest.raises(BankRuleError):
            check_ratchet(OLD, bare, (other,), RULES)


@pytest.mark.parametrize("field", ["skill", "line", "by", "traces", "reason"])
def test_an_empty_waiver_is_none(field: str) -> None:
    """S7: every part of the record is filled."""
    with pytest.raises(ValueError, match=field):
        waiver(**{field: () if field == "traces" else ""})
