"""What every line rests on, as code keeps it."""

from __future__ import annotations

import attrs
import pytest

from esc_skills._stages.origins import check_origins, inherit, origins, stands, vouched
from esc_skills.errors import BankRuleError
from esc_skills.model import SkillsBank
from esc_skills.model.lineage import lines
from esc_skills.testing.samples import bank, skill


def recorded() -> SkillsBank:
    made = bank()
    return attrs.evolve(made, origins=origins(stands(made)))


def test_a_record_is_read_back_as_it_was_made() -> None:
    """S10: lines of equal standing stand together, and no standing is lost."""
    made = recorded()
    assert [origin.skill for origin in made.origins] == ["listen-first", "stay-close"]
    assert origins(stands(made)) == made.origins
    check_origins(made)


def test_new_lines_get_the_edits_sources_and_old_ones_keep_theirs() -> None:
    """S10: what two skills shared rests on both, in their order."""
    old = skill(guidance=("Ask.",))
    key = next(line.key for line in lines(old) if line.text == "Ask.")
    before = [{key: (("iu-1",), "pr-1")}, {key: (("iu-2", "iu-1"), "pr-2")}]
    made = inherit(before, skill(guidance=("Ask.", "Go.")), ("a/p/0",), "pr-3")
    assert made[key] == (("iu-1", "iu-2"), "pr-1")
    fresh = [stand for name, stand in made.items() if name != key]
    assert set(fresh) == {(("a/p/0",), "pr-3")}
    assert vouched({key: (("iu-1",), "pr-1")}, "human:M") == {key: (("iu-1", "human:M"), "pr-1")}


@pytest.mark.parametrize("what", ["orphan", "dangling", "stranger"])
def test_a_record_that_does_not_fit_is_refused(what: str) -> None:
    """S10: an orphan line, a source without a line, sources of a skill that is not there."""
    made = recorded()
    if what == "orphan":
        made = made.with_skills((skill(overview="Other."), *made.skills[1:]))
    elif what == "dangling":
        made = made.with_skills((skill(pitfalls=()), *made.skills[1:]))
    else:
        made = made.with_skills(made.skills[:1])
    with pytest.raises(BankRuleError) as refused:
        check_origins(made)
    assert refused.value.where == "S10"


def test_a_skill_without_evidence_has_no_record() -> None:
    """S10: a line that rests on nothing stops the record."""
    with pytest.raises(BankRuleError):
        origins(stands(bank(skill(evidence=()))))
