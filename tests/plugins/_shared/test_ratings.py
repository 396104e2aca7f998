"""A rating is 1 to 5 or unknown; nothing in between."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from esc_skills_plugins._shared.fields import Node
from esc_skills_plugins._shared.ratings import rating
from esc_skills_plugins._shared.tally import Tally


@given(
    st.integers() | st.text() | st.floats() | st.booleans() | st.lists(st.integers(), max_size=1)
)
def test_any_value_is_a_rating_or_unknown_and_counted(value):
    """I10: whatever the value, the answer lies in 1 to 5, or is None and counted once."""
    tally = Tally()
    number = rating(Node(value, "f:1", "x", tally), "warmth")
    unknown = tally.counts.get("warmth is not a number from 1 to 5 → unknown", 0)
    assert (number is None) == (unknown == 1)
    assert number is None or (1 <= number <= 5 and float(value) == number)


def test_a_missing_rating_is_not_counted_here():
    """Whether a missing rating matters is the caller's affair."""
    assert rating(None, "warmth") is None
