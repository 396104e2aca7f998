"""Wishes of a model become edits that a bank takes, or are dropped by a named rule."""

from __future__ import annotations

import attrs
import pytest
from drafted import apply_proposal

from esc_skills.model import Condition, Failure, Proposal, Risk
from esc_skills.testing.conformance.scenes import mixed_bank, traces
from esc_skills.testing.samples import bank, skill
from esc_skills_plugins.refiners.copying import sources
from esc_skills_plugins.refiners.draft import Draft
from esc_skills_plugins.refiners.editing import MOST_SKILLS, DroppedError, Editor, fitting
from esc_skills_plugins.refiners.written import WrittenEdit, WrittenRisk, WrittenSkill

BANK = mixed_bank()
FAILURES = {
    f"f{at}": Failure(kind=kind, trace=f"t/{at}", exchange=0)
    for at, kind in enumerate(("missing-skill", "unsafe-intervention", "profile-specific"), 1)
}
PARTS = {
    "name": "name-the-worry",
    "overview": "Puts a name to a worry.",
    "states": ("worried",),
    "actions": ("validate",),
    "guidance": ("Say which worry you hear.", "Wait."),
    "changes": ("opens-up",),
}


def new(**facts):
    """A skill that breaks no rule, with changes."""
    return WrittenSkill(**{**PARTS, **facts})


def wish(kind="add", targets=(), *skills, **facts):
    """An edit that a model wishes for."""
    given = {"reason": "It is needed.", "failures": ("f1",), **facts}
    return WrittenEdit(kind=kind, targets=targets, skills=skills, **given)


def draft(one, here=BANK):
    """The draft of a wish."""
    return Editor(bank=here, failures=FAILURES, sources=sources(traces(), here)).draft(one)


def applied(one, here=BANK):
    """The bank after a wish."""
    return apply_proposal(here, Proposal(bank=here.hash, edits=(draft(one, here).edit,)))


def test_a_new_skill() -> None:
    """S10: an added skill rests on the traces of the failures it cites, assigned by code."""
    made = applied(wish("add", (), new(), failures=("f1", "f3", "f1", "f99"))).skill(
        "name-the-worry"
    )
    assert made.evidence == ("t/1", "t/3")
    assert (made.life, made.protected, made.revision) == ("active", False, 1)
    assert made.applies[0].states == ("worried",)
    assert [test.states for test in made.not_when] == [("in-crisis",)]


def test_a_revision_keeps_what_is_left_empty() -> None:
    """Only the parts that are written change; name, risks, bars and evidence stay."""
    old = BANK.skill("listen-first")
    made = applied(
        wish("revise", ("listen-first",), WrittenSkill(name="other", guidance=("Ask once.",)))
    ).skill("listen-first")
    assert made.guidance == ("Ask once.",)
    assert (made.overview, made.applies, made.actions) == (old.overview, old.applies, old.actions)
    assert set(old.risks) <= set(made.risks)
    assert set(old.evidence) < set(made.evidence)
    assert made.revision == old.revision + 1


@pytest.mark.parametrize("kind", ["revise", "merge", "split"])
def test_risks_and_bars_only_grow(kind) -> None:
    """S7: whatever a model writes of risks, the old ones stand in every part that results."""
    risk, bar = (
        Risk(trigger="It hurts", severity="high"),
        Condition(states=("worried",), intensity_min=90),
    )
    here = bank(skill(risks=(risk,), not_when=(bar,)), skill("stay-close"), skill("third"))
    softer = new(risks=(WrittenRisk(trigger="It hurts", severity="low"),))
    shapes = {
        "revise": (("listen-first",), softer),
        "merge": (("listen-first", "stay-close"), softer),
        "split": (("listen-first",), softer, attrs.evolve(softer, name="second-part")),
    }
    targets, *skills = shapes[kind]
    for made in draft(wish(kind, targets, *skills), here).edit.skills:
        assert risk in made.risks
        assert bar in made.not_when
        assert Risk(trigger="It hurts", severity="low") in made.risks
    assert applied(wish(kind, targets, *skills), here)


def test_skills_are_put_away() -> None:
    """Quarantine and retirement take one active skill and write nothing."""
    assert applied(wish("quarantine", ("stay-close",))).skill("stay-close").life == "quarantined"
    assert applied(wish("retire", ("stay-close",))).skill("stay-close").life == "retired"


CASES = (
    ("unknown-kind", wish("delete", ("stay-close",))),
    ("unknown-kind", wish("", ())),
    ("no-evidence", wish("retire", ("stay-close",), failures=())),
    ("no-evidence", wish("retire", ("stay-close",), failures=("f9", "t/1", "iu-1"))),
    ("wrong-shape", wish("add", ("stay-close",), new())),
    ("wrong-shape", wish("add", ())),
    ("wrong-shape", wish("retire", ("stay-close",), new())),
    ("wrong-shape", wish("merge", ("stay-close", "stay-close"), new())),
    ("wrong-shape", wish("merge", ("stay-close",), new())),
    ("wrong-shape", wish("split", ("stay-close",), new())),
    ("wrong-shape", wish("split", ("stay-close",), *[new(name=f"n{at}") for at in range(9)])),
    ("unknown-target", wish("retire", ("made-up",))),
    ("protected", wish("retire", ("crisis-first",))),
    ("protected", wish("revise", ("crisis-first",), new())),
    ("protected", wish("merge", ("crisis-first", "stay-close"), new())),
    ("inactive-target", wish("revise", ("asleep",), new())),
    ("name-taken", wish("add", (), new(name="stay-close"))),
    ("name-taken", wish("add", (), new(name="crisis-first"))),
    ("name-taken", wish("add", (), new(name="gone"))),
    ("name-taken", wish("split", ("stay-close",), new(name="a"), new(name="a"))),
    ("invalid-skill", wish("add", (), new(name="Not A Name"))),
    ("invalid-skill", wish("add", (), new(name="../../etc"))),
    ("invalid-skill", wish("add", (), new(name="a" * 65))),
    ("invalid-skill", wish("add", (), new(guidance=()))),
    ("invalid-skill", wish("add", (), new(guidance=("  ",)))),
    ("invalid-skill", wish("add", (), new(overview=""))),
    ("too-long", wish("add", (), new(guidance=("x" * 1_000_000,)))),
    ("too-long", wish("add", (), new(guidance=("Ask.",) * 9))),
    ("too-long", wish("add", (), new(risks=(WrittenRisk(trigger="t"),) * 9))),
    ("hidden-characters", wish("add", (), new(guidance=("As\u200bk.",)))),
    ("hidden-characters", wish("add", (), new(overview="\u202eAsk"))),
    ("hidden-characters", wish("add", (), new(examples=("a\ud800",)))),
    ("hidden-characters", wish("add", (), new(pitfalls=("a\n# Heading",)))),
    ("unknown-label", wish("add", (), new(states=("sad",)))),
    ("unknown-label", wish("add", (), new(scenarios=("worried",)))),
    ("unknown-label", wish("add", (), new(actions=("hug",)))),
    ("unknown-label", wish("add", (), new(changes=("smiles",)))),
    ("unknown-label", wish("add", (), new(not_states=("sad",)))),
    ("crisis", wish("add", (), new(states=("worried", "in-crisis")))),
    ("crisis", wish("revise", ("stay-close",), new(states=("in-crisis",)))),
    ("no-condition", wish("add", (), new(states=()))),
    ("never-applies", wish("add", (), new(not_states=("worried",)))),
    ("invalid-risk", wish("add", (), new(risks=(WrittenRisk(trigger=" "),)))),
    ("invalid-risk", wish("add", (), new(risks=(WrittenRisk(trigger="t", severity="huge"),)))),
    ("verbatim", wish("add", (), new(examples=("so worried about losing my job that I cannot",)))),
    ("verbatim", wish("add", (), new(guidance=("I do not know how to", "go on at work.")))),
)


@pytest.mark.parametrize(
    ("rule", "one"), CASES, ids=lambda case: case if isinstance(case, str) else ""
)
def test_what_breaks_a_rule_is_dropped(rule, one) -> None:
    """B18, S5, S10, S14: each hostile wish is dropped by the rule that it breaks."""
    with pytest.raises(DroppedError, match=f"^{rule}$"):
        draft(one)


def test_an_edit_that_changes_nothing_is_dropped() -> None:
    """A revision that was already made, or that writes nothing new, is no edit."""
    again = wish("revise", ("stay-close",), WrittenSkill(name="stay-close"))
    once = applied(again)
    with pytest.raises(DroppedError, match="no-change"):
        draft(again, once)


def test_a_harmful_change_is_no_expected_outcome() -> None:
    """With the shipped labels, a negative change cannot be what a skill is for."""
    here = attrs.evolve(BANK, taxonomy=None)
    with pytest.raises(DroppedError, match="harm-expected"):
        draft(wish("add", (), new(actions=(), changes=("withdraws",))), here)


def test_a_reason_that_quotes_is_not_kept() -> None:
    """The ledger keeps no words of a conversation; the count of failures stands instead."""
    kept = draft(wish("retire", ("stay-close",), reason="It is of no use.")).edit
    assert kept.reason == "It is of no use. (failures behind it: 1)"
    for odd in ("", "worried about losing my job that I cannot sleep", "a\u202eb", "x" * 999):
        edit = draft(wish("retire", ("stay-close",), reason=odd)).edit
        assert edit.reason == "failures behind it: 1"


def test_an_unsafe_failure_weighs_more() -> None:
    """Edits are ranked by the failures they answer, unsafe ones first."""
    one, two = (
        draft(wish("retire", ("stay-close",), failures=(name,))).worth for name in ("f1", "f2")
    )
    assert two > one


def test_a_full_bank_takes_no_more() -> None:
    """B18: a refiner cannot flood a bank; what makes room may still come."""
    full = bank(*(skill(f"s{at:03}") for at in range(MOST_SKILLS - 1)))
    adds = [Draft(edit=draft(wish("add", (), new(name=f"n{at}"))).edit, worth=1) for at in range(3)]
    gone = Draft(edit=draft(wish("retire", ("stay-close",))).edit, worth=1)
    assert fitting([*adds, gone], full) == [adds[0], gone]
    with pytest.raises(DroppedError, match="bank-full"):
        draft(wish("split", ("s000",), new(name="a"), new(name="b"), new(name="c")), full)
