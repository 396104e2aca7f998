"""Laws of expectations, causes and health: counts add up, order is nothing, unused is no zero."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills._engine.health import health
from esc_skills.model import Exchange, Failure, Reaction, Reply, SkillsBank, Trace
from esc_skills.model.failure import causes
from esc_skills.stats import expectations
from esc_skills.testing import strategies
from esc_skills.testing.samples import bank, profile, skill, state

NAMES = ("one", "two", "three", "strange")
BANK = bank(*(skill(name) for name in NAMES[:3]))


@st.composite
def talks(draw: st.DrawFn) -> Trace:
    """A conversation in which skills of the bank, and one that it lacks, are used."""
    made = []
    for index in range(draw(st.integers(0, 4))):
        delta = draw(st.none() | st.integers(-10, 10))
        made.append(
            Exchange(
                index=index,
                seeker="…",
                state=state(label=draw(st.sampled_from(("worried", "calm")))),
                reply=Reply(
                    text="…",
                    strategy="",
                    used=tuple(draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))),
                    fixed=draw(st.integers(0, 9)) == 0,
                ),
                reaction=None if delta is None else Reaction(delta=delta, emotion=50),
            )
        )
    ending = draw(st.sampled_from(("limit", "limit", "fault")))
    who = profile(draw(st.sampled_from("abc")))
    return Trace(id="t", profile=who, arm="x", exchanges=tuple(made), ending=ending)


@given(st.lists(talks(), max_size=6))
@settings(max_examples=60, deadline=None)
def test_denominators_add_up(traces: list[Trace]) -> None:
    """Every use of a sound talk is read or unread; lost talks are counted and in no rate."""
    found = expectations(traces, BANK)
    sound = [trace for trace in traces if trace.ending != "fault"]
    assert found.faults + len(sound) == found.traces == len(traces)
    for check in found.checks:
        uses = [
            item
            for trace in sound
            for item in trace.exchanges
            if check.skill in item.reply.used and not item.reply.fixed
        ]
        assert check.uses == len(uses)
        assert check.outcome.n == sum(item.reaction is not None for item in uses)
        assert check.outcome.n + check.unread == check.uses
        assert check.outcome.seekers <= min(3, check.outcome.n)
        if check.outcome.n:
            low, high = check.outcome.low, check.outcome.high
            assert 0.0 <= low <= check.outcome.value <= high <= 1.0


@given(st.lists(talks(), max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_of_traces_does_not_matter(traces: list[Trace], chance) -> None:
    """Shuffled conversations give equal checks and equal health."""
    mixed = list(traces)
    chance.shuffle(mixed)
    assert expectations(mixed, BANK) == expectations(traces, BANK)
    assert health((BANK,), (mixed,)) == health((BANK,), (traces,))


@given(st.lists(talks(), max_size=6))
@settings(max_examples=40, deadline=None)
def test_an_unused_skill_has_no_rate(traces: list[Trace]) -> None:
    """Not used is None, never 0; and 0 is never said of what was not tried."""
    for check in expectations(traces, BANK).checks:
        for rate in (check.outcome, *(risk.fell for risk in check.risks)):
            assert (rate.value is None) == (rate.n == 0) == (rate.low is None)
    for one in health((BANK,), (traces,)).skills:
        assert (one.change.value is None) == (one.change.n == 0)


@given(strategies.banks(), st.lists(strategies.traces(), max_size=3))
@settings(max_examples=40, deadline=None)
def test_any_bank_can_be_examined(found: SkillsBank, traces: list[Trace]) -> None:
    """Whatever the bank and the talks, examining them raises nothing and counts every skill."""
    told = health((found,), (traces,))
    assert sum(map(len, told.lives.values())) == len(found.skills)


@given(st.lists(strategies.failures(), max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_causes_hold_every_failure_once(failures: list[Failure], chance) -> None:
    """Failures of all causes are all failures, lapses and defects add up, order is nothing."""
    profiles = {one.trace: one.trace[:1] for one in failures}
    found = causes(failures, profiles)
    assert sum(one.n for one in found) == len(failures)
    assert sum(one.lapses for one in found) == sum(one.lapse for one in failures)
    assert all(one.lapses + one.defects == one.n for one in found)
    mixed = list(failures)
    chance.shuffle(mixed)
    again = causes(mixed, profiles)
    assert [(one.cause, one.kind, one.n, one.skills) for one in again] == [
        (one.cause, one.kind, one.n, one.skills) for one in found
    ]
