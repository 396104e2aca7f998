"""Points of conditions and records, and the order of offers."""

from __future__ import annotations

from math import inf, nan

from hypothesis import given
from hypothesis import strategies as st

from esc_skills.model import Condition, Effect
from esc_skills.testing.samples import protected_skill, skill, state
from esc_skills_plugins.retrievers.ranking import because, entry, offer, record, specificity


def why():
    """A why for tests."""
    return "because"


def test_each_filled_field_counts():
    """A condition with more fields, and with fewer labels in them, is more specific."""
    broad = Condition(states=("worried", "angry", "lonely"))
    narrow = Condition(states=("worried",))
    both = Condition(states=("worried",), scenarios=("job-crisis",))
    ranged = Condition(states=("worried",), intensity_min=50)
    assert specificity(Condition()) == 0
    assert 1 < specificity(broad) < specificity(narrow) < specificity(ranged) <= specificity(both)


def test_record_is_drawn_towards_nothing():
    """A measured effect counts little while it was seldom measured."""

    def measured(n):
        return skill(effects=(Effect(group="all", value=4.0, n=n, low=2.0, high=6.0),))

    assert record(skill()) == 0
    assert record(measured(1)) < record(measured(10)) == 2.0 < record(measured(1000)) < 4.0


def test_closest_is_the_most_specific_that_holds():
    """Of several conditions the most specific one that holds counts; a bar forbids all."""
    one = Condition(states=("worried",))
    two = Condition(states=("worried",), scenarios=("job-crisis",))
    ready = entry(skill(applies=(one, two)), 1.0)
    assert ready.closest(state())[1] == two
    assert ready.closest(state(scenario="grief"))[1] == one
    assert ready.closest(state(label="angry")) is None
    barred = entry(skill(applies=(one,), not_when=(Condition(scenarios=("job-crisis",)),)), 1.0)
    assert barred.closest(state()) is None
    assert entry(skill(applies=()), 1.0).closest(state()) == (0.0, None)


def test_protected_skill_leads():
    """S5: a protected skill that fits is not out-ranked and needs no least score."""
    found = [(skill("aaa"), 9.0, why), (protected_skill(), -5.0, why)]
    offers = offer(found, k=1, floor=1.0)
    assert [match.skill for match in offers] == ["crisis-first"]
    both = offer(found, k=2, floor=1.0)
    assert [match.score for match in both] == [9.0, 9.0]


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=8), st.integers(1, 5))
def test_offers_are_finite_and_sorted(scores, k):
    """B21: NaN and infinity are never offered; order falls by score; ties go by name."""
    found = [(skill(f"s-{place}"), score, why) for place, score in enumerate(scores)]
    offers = offer(found, k, floor=-inf)
    assert len(offers) <= k
    assert all(match.score not in (nan, inf, -inf) for match in offers)
    assert list(offers) == sorted(offers, key=lambda match: (-match.score, match.skill))


def test_why_names_what_holds():
    """The why names the fields of the condition that holds and a record that says something."""
    test = Condition(states=("worried",), scenarios=("job-crisis",))
    assert because(test, state(), 0.0) == ["state worried and scenario job-crisis fit"]
    assert because(None, state(), -1.25) == ["measured effect -1.2"]
