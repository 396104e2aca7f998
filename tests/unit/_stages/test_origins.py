"""What every line rests on, as code keeps it."""

from __future__ import annotations

import attrs
import pytest

from esc_skills._stages.origins import (
    check_origins,
    check_quota,
    cited,
    inherit,
    origins,
    stands,
    vouched,
)
from esc_skills._stages.patch import Patch, Rules
from esc_skills.errors import BankRuleError
from esc_skills.model import Condition, Edit, SkillsBank
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


def test_a_bank_without_a_record_rests_on_its_skills_evidence() -> None:
    """S10: no patch brought its lines."""
    one = skill()
    assert stands(bank(one))["listen-first"] == {
        line.key: (one.evidence, "") for line in lines(one)
    }


def test_one_bare_line_is_enough_to_stop_the_record() -> None:
    """S10: a line without a source is found among lines that have one."""
    with pytest.raises(BankRuleError) as refused:
        origins({"a": {"k": (("iu-1",), ""), "l": ((), "")}})
    assert refused.value.where == "S10"


def test_a_record_begins_with_its_first_line() -> None:
    """The same record is written in the same order: by the least key of each group."""
    one, two = (("iu-1",), ""), (("iu-2",), "")
    made = origins({"a": {"z": one, "m": two, "b": one}})
    assert [origin.lines for origin in made] == [("b", "z"), ("m",)]


def citing(*evidence: str) -> Edit:
    return Edit(kind="retire", targets=("stay-close",), reason="r", evidence=evidence)


@pytest.mark.parametrize(
    ("actor", "evidence", "own", "found"),
    [
        ("human:M", ("human:M", "iu-1"), (), ("human:M", "iu-1")),
        ("refiner:t", ("import:x", "iu-1"), ("import:x",), ("iu-1",)),
        ("kernel", ("protected:g", "iu-1"), (), ("protected:g", "iu-1")),
        ("refiner:t", ("refiner:t",), (), None),
    ],
    ids=["oneself", "what-stands", "kernel", "a-machine-itself"],
)
def test_who_may_cite_what(
    actor: str, evidence: tuple[str, ...], own: tuple[str, ...], found: tuple[str, ...] | None
) -> None:
    """S10: people cite themselves, machines do not; what the kernel writes is not passed on."""
    patch = Patch(actor=actor, base="")
    rules = Rules(voices={"iu-1": "d1", "protected:g": "g"})
    if found is None:
        with pytest.raises(BankRuleError):
            cited(citing(*evidence), patch, rules, known=(), own=own)
    else:
        assert cited(citing(*evidence), patch, rules, known=(), own=own) == found


def test_what_needs_no_second_voice() -> None:
    """S7, S11: a caution, a line that one of two merged skills had, a line that a person wrote."""
    rules = Rules(voices={})
    keyed = {line.key: (("iu-1",), "") for line in lines(skill())}
    check_quota(skill(), ({}, keyed), ("a",), rules)
    wary = skill(not_when=(Condition(words="It is late."),))
    check_quota(wary, (keyed,), ("a",), rules)
    check_quota(skill(), (), ("a", "human:M"), attrs.evolve(rules, least_voices=3))
