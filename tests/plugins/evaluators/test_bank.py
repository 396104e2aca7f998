"""Evaluator ``bank``: figures worked out by hand."""

from __future__ import annotations

import asyncio

import pytest

from esc_skills.model import (
    Condition,
    Evidence,
    Exchange,
    ExpectedOutcome,
    Match,
    Reaction,
    Reply,
    Risk,
    SeekerProfile,
    SeekerState,
    Skill,
    SkillsBank,
    Trace,
)
from esc_skills.stats import expectations, share_interval
from esc_skills.testing.contexts import context
from esc_skills_plugins.evaluators.bank import Bank

ASK = Skill(
    name="ask-gently",
    overview="Ask one open question.",
    guidance=("Ask.",),
    expected=ExpectedOutcome(changes=("opens-up",), least_gain=3),
    risks=(Risk(trigger="in panic", when=Condition(intensity_min=80)),),
)
CALM = Skill(name="calm", overview="Slow down together.", guidance=("Breathe.",))
IDLE = Skill(name="never", overview="Nobody needs it.", guidance=("Wait.",))
BANK = SkillsBank(skills=(ASK, CALM, IDLE))


def step(index, offered, used, delta=None, **more):
    """One exchange; ``delta`` None when the reply was never read."""
    reaction = None
    if delta is not None:
        reaction = Reaction(delta=delta, emotion=50, change=more.get("change", ""))
    return Exchange(
        index=index,
        seeker="I feel low.",
        state=SeekerState(scenario="", label="", intensity=more.get("intensity", 50)),
        matches=tuple(Match(skill=name, score=1.0) for name in offered),
        reply=Reply(text="…", strategy="", used=tuple(used), fixed=more.get("fixed", False)),
        reaction=reaction,
    )


def trace(*exchanges, name="t0", ending="limit"):
    """One conversation with a seeker of its own."""
    profile = SeekerProfile(
        id=name,
        persona="",
        scene="",
        persona_type="passive",
        intention="deep-empathy",
        opening="Hello.",
    )
    return Trace(id=name, profile=profile, arm="static", exchanges=exchanges, ending=ending)


TALK = trace(
    step(0, ["ask-gently", "calm"], ["ask-gently"], 4),
    step(1, ["ask-gently"], ["ask-gently"], -2, intensity=90),
    step(2, [], [], 0),
    step(3, ["ask-gently"], ["ask-gently"], 0, change="opens-up", intensity=85),
    step(4, ["calm"], [], 1),
    step(5, ["calm"], ["calm"]),
)


def score(*traces, bank=BANK):
    """Scores by name."""
    found = asyncio.run(Bank().score(Evidence(traces=traces, bank=bank), context()))
    return {one.name: one for one in found}


def part(one, group):
    """A part of the breakdown."""
    return next(part for part in one.breakdown if part.group == group)


def test_use_share_counts_active_skills():
    """Two of three active skills were used; each with its number of uses."""
    one = score(TALK)["use-share"]
    assert (one.value, one.n, one.of) == (pytest.approx(2 / 3, abs=1e-6), 3, 3)
    assert [part(one, f"skill={name}").value for name in ("ask-gently", "calm", "never")] == [
        3,
        1,
        0,
    ]


def test_use_precision_is_used_over_offered():
    """Six offers, four of them used; ``calm`` one of three."""
    one = score(TALK)["use-precision"]
    assert (one.value, one.n) == (pytest.approx(4 / 6, abs=1e-6), 6)
    calm = part(one, "skill=calm")
    assert (calm.value, calm.n) == (pytest.approx(1 / 3, abs=1e-6), 3)
    found = share_interval([True, False, False], ["t0"] * 3)
    assert (calm.low, calm.high) == pytest.approx((found.low, found.high), abs=1e-6)


def test_coverage_and_abstention_add_up():
    """Five of six exchanges had an offer; the other one is the abstention."""
    found = score(TALK)
    assert found["coverage"].value == pytest.approx(5 / 6, abs=1e-6)
    assert found["abstention"].value == pytest.approx(1 / 6, abs=1e-6)


def test_expected_outcome_is_gain_or_named_change():
    """A gain of 4 and a named change are hits, -2 is a miss; unread uses are left out."""
    one = score(TALK)["expected-outcome"]
    ask = part(one, "skill=ask-gently")
    assert (ask.value, ask.n) == (pytest.approx(2 / 3, abs=1e-6), 3)
    found = share_interval([True, False, True], ["t0"] * 3)
    assert (ask.low, ask.high) == pytest.approx((found.low, found.high), abs=1e-6)
    assert (one.n, one.of) == (3, 4)


def test_no_change_is_no_hit():
    """A skill that promises nothing in figures promises a rise: standing still is a miss."""
    still = trace(step(0, ["calm"], ["calm"], 0), step(1, ["calm"], ["calm"], 1))
    assert score(still)["expected-outcome"].value == 0.5


def test_parts_are_the_kernels_own_checks():
    """By skill the score says what ledger, refiner and pages say of the same conversations."""
    other = trace(step(0, ["calm"], ["calm"], 2), step(1, [], ["ask-gently"], -1), name="t1")
    one = score(TALK, other)["expected-outcome"]
    checks = {check.skill: check.outcome for check in expectations((TALK, other), BANK).checks}
    for name in ("ask-gently", "calm"):
        mine, theirs = part(one, f"skill={name}"), checks[name]
        assert (mine.value, mine.n, mine.low, mine.high) == (
            theirs.value,
            theirs.n,
            theirs.low,
            theirs.high,
        )


def test_risk_is_counted_where_its_condition_held():
    """Twice the seeker was in the state that the risk names, once the emotion fell."""
    one = score(TALK)["risk"]
    assert (one.value, one.n) == (0.5, 2)
    assert part(one, "skill=ask-gently").n == 2


def test_interference_compares_with_and_without_an_idle_offer():
    """With an idle skill beside it the used one gained 4, without -1 on the mean: +5."""
    one = score(TALK)["interference"]
    assert (one.value, one.n, one.of) == (5.0, 3, 4)
    assert part(one, "skill=calm").value == pytest.approx((4 + 1) / 2 - (-2 + 0 + 0) / 3, abs=1e-6)


def test_faults_and_guarded_turns_are_left_out_and_counted():
    """A conversation that a fault ended is no evidence, nor is a turn that a guard answered."""
    lost = trace(step(0, ["calm"], ["calm"], -9), name="t1", ending="fault")
    guarded = trace(step(0, ["calm"], ["calm"], -9, fixed=True), name="t2")
    plain, found = score(TALK), score(TALK, lost, guarded)
    for name, one in plain.items():
        assert (found[name].value, found[name].n) == (one.value, one.n)
    assert (found["coverage"].n, found["coverage"].of) == (6, 7)


def test_ratios_have_items_and_the_rest_has_none():
    """Hits and trials of each conversation; shares of skills and differences are no such sums."""
    other = trace(step(0, ["calm"], [], 2), name="t1")
    found = score(TALK, other)
    assert [(one.key, one.cluster, one.sums) for one in found["use-precision"].items] == [
        ("t0#0", "t0", (4, 6)),
        ("t1#0", "t1", (0, 1)),
    ]
    assert {name for name, one in found.items() if not one.items} == {"use-share", "interference"}
    assert {name for name, one in found.items() if one.better == "neither"} == {
        "coverage",
        "abstention",
    }
    assert found["risk"].better == "lower"


def test_nothing_to_score_is_none():
    """No traces: every value is None. No bank: no scores at all."""
    assert {one.value for one in score().values()} == {None}
    assert score(TALK, bank=None) == {}


def test_an_empty_bank_abstains():
    """An empty bank has no share and no precision; it abstained every time."""
    found = score(trace(step(0, [], [], 2)), bank=SkillsBank())
    assert found["use-share"].value is None
    assert found["use-precision"].value is None
    assert found["abstention"].value == 1.0


def test_signature_names_version_and_figure():
    """Each figure has a signature of its own."""
    signatures = {one.signature for one in score(TALK).values()}
    assert len(signatures) == 7
    assert all(one.startswith("bank:v2|") for one in signatures)
