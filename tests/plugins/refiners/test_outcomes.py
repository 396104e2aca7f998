"""Replies as rows, and figures over them."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.model import Alarm, Reply
from esc_skills.testing.conformance.scenes import fault_trace, trace
from esc_skills.testing.samples import profile, state
from esc_skills_plugins.refiners.outcomes import (
    Figures,
    ceiling,
    effects,
    interval,
    outcomes,
    shrunk,
    traces_of,
)


def rows(*deltas, who=None, **changes):
    """Rows of one conversation, fields changed."""
    made = outcomes([trace(who or profile(), *deltas, skills=("listen-first",))])
    return tuple(attrs.evolve(row, **changes) for row in made)


def test_a_row_for_each_reply():
    """Rows name trace, seeker groups, skills and the change; faults are left out."""
    found = outcomes([fault_trace(), trace(profile(), 3, -2, skills=("listen-first",))])
    assert [row.delta for row in found] == [3, -2]
    assert found[0].groups == (
        f"persona_type={profile().persona_type}",
        f"intention={profile().intention}",
    )
    assert found[0].used == ("listen-first",)
    assert found[0].cause == "worried/explore-feelings"


def test_what_teaches():
    """A reply that nobody read, that answered a crisis or that a guard gave teaches nothing."""
    (row,) = rows(5)
    alarm = Alarm(rule="crisis.suicide", speaker="seeker", severity="high")
    assert row.ordinary
    assert not attrs.evolve(row, delta=None).ordinary
    assert not attrs.evolve(row, state=state(label="in-crisis")).ordinary
    assert not attrs.evolve(row, alarms=(alarm,)).ordinary
    assert not attrs.evolve(row, fixed=True).ordinary
    assert attrs.evolve(row, alarms=(attrs.evolve(alarm, severity="low"),)).ordinary


def test_a_stopped_reply_is_blamed_on_the_best_offer():
    """The guard's reply names the protected skills; what led to it was offered first."""
    made = trace(profile(), -1, skills=("listen-first",))
    fixed = Reply(text="fixed", strategy="Information", used=("crisis-first",), fixed=True)
    item = attrs.evolve(made.exchanges[0], reply=fixed)
    (row,) = outcomes([attrs.evolve(made, exchanges=(item,))])
    assert row.used == ()
    assert row.blamed == ("listen-first",)


@given(st.lists(st.integers(-10, 10), max_size=30), st.floats(0, 50), st.floats(-10, 10))
def test_shrinkage_stays_between(values, prior, base):
    """A shrunk mean lies between the mean and the base, and is the base without values."""
    found = shrunk([float(v) for v in values], prior, base)
    ends = sorted((base, sum(values) / len(values) if values else base))
    assert ends[0] - 1e-9 <= found <= ends[1] + 1e-9


def test_value_falls_back():
    """A cell without replies takes the action's mean, an unknown action the mean of all."""
    here = rows(6, 6, 6, 6)
    figures = Figures(rows=here, prior=4.0)
    assert figures.actions == ("explore-feelings",)
    assert figures.value("explore-feelings", ("worried",)) > figures.value("unknown", ())
    assert figures.value("explore-feelings", ("angry",)) == pytest.approx(
        figures.value("unknown", ()) * 0.5 + 3.0
    )
    assert Figures(rows=(), prior=4.0).value("any", ()) == 0


def test_effects_by_group():
    """Effects are measured over all and for each kind of seeker, with clustered intervals."""
    some = rows(2, 4, who=profile("a")) + rows(1, 3, who=profile("b", persona_type="avoidant"))
    found = {effect.group: effect for effect in effects(some, least=2, level=0.95)}
    assert found["all"].value == 2.5
    assert found["all"].low <= 2.5 <= found["all"].high
    assert "persona_type=avoidant" not in found, "one seeker gives no interval"


def test_ceiling_is_the_wider_interval():
    """Seekers who react alike give no false certainty, and one seeker gives none at all."""
    alike = rows(-9, 9, -9, who=profile("a")) + rows(-9, 9, -9, who=profile("b"))
    assert interval(alike, 0.9).high == pytest.approx(-3)
    assert ceiling(alike, 0.9) > 0
    assert ceiling(rows(-1, -2, -3), 0.9) is None


def test_evidence_is_sorted_and_unique():
    """Trace ids stand once each, in order."""
    assert traces_of(rows(1, 2, trace="b") + rows(1, trace="a")) == ("a", "b")
