"""The bank, skill by skill."""

from __future__ import annotations

import attrs

from esc_skills.model import Effect, Origin, Review
from esc_skills.model.lineage import lines
from esc_skills.spec import RunRecord
from esc_skills.stats import expectations
from esc_skills.testing.conformance.scenes import fault_trace, trace
from esc_skills.testing.samples import bank, profile, skill
from esc_skills_plugins.reports.skillpages import FEW, anchors, skill_pages

PROVEN = skill(
    effects=(Effect(group="all", value=3.0, n=9, low=1.0, high=5.0, basis="randomised"),)
)
ROOT = Origin(
    skill=PROVEN.name,
    lines=tuple(sorted(line.key for line in lines(PROVEN))),
    sources=tuple(f"iu-{n}" for n in range(FEW + 2)),
    patch="pa-1",
)
BANK = bank(
    PROVEN,
    skill("never-used"),
    origins=(ROOT,),
    reviews=(Review(skill=PROVEN.name, content="c", by="human:ann", pinned=True),),
)


def told() -> RunRecord:
    talks = [trace(profile(who), 4, -2, skills=(PROVEN.name,)) for who in ("a", "b")]
    talks = [attrs.evolve(talk, bank=BANK.behaviour) for talk in (*talks, fault_trace())]
    other = trace(profile("c"), 9, skills=(PROVEN.name,))
    return RunRecord(
        name="r",
        experiment={},
        banks=(BANK,),
        traces=(*talks, other),
        expectations=expectations(talks, BANK),
    )


def test_a_skill_stands_with_promise_effects_and_review() -> None:
    """Expected against measured, by lot first, then as seen in this bank's own conversations."""
    proven, unused = skill_pages(told())
    assert proven.promise
    assert proven.promise.uses == 4
    assert proven.reviews == ("human:ann, pinned",)
    assert [(one.group, one.value, one.n) for one in proven.effects[:2]] == [
        ("all seekers", 3.0, 9),
        ("all seekers", 1.0, 4),
    ]
    assert proven.effects[0].basis == "offered by lot"
    assert {one.group for one in proven.effects} == {
        "all seekers",
        told().traces[0].profile.persona_type,
        told().traces[0].profile.intention,
    }
    assert (unused.effects, unused.roots, unused.reviews) == ((), (), ())


def test_lines_stand_with_what_they_rest_on() -> None:
    """S10: every line in the order of its skill, with its sources, the first few by name."""
    (root,) = skill_pages(told())[0].roots
    assert [text for _, text in root.lines] == list(dict.fromkeys(x.text for x in lines(PROVEN)))
    assert (len(root.sources), root.more, root.patch) == (FEW, 2, "pa-1")


def test_no_bank_has_no_page() -> None:
    """A run that has not come so far."""
    assert skill_pages(RunRecord(name="r", experiment={})) == ()


def test_every_skill_has_a_short_anchor() -> None:
    """No two share one; without a bank there is none."""
    assert anchors(told()) == {skill.name: f"s{n}" for n, skill in enumerate(BANK.skills)}
    assert anchors(RunRecord(name="r", experiment={})) == {}
