"""Seekers are dealt out by rule: every one gets a purpose, and no set is favoured."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from esc_skills.model import INTENTIONS, PERSONA_TYPES, SeekerProfile
from esc_skills_plugins._shared.purposes import dealt


def seekers(kinds):
    return [
        SeekerProfile(
            id=f"p{number}",
            persona="",
            scene="",
            persona_type=PERSONA_TYPES[kind % 3],
            intention=INTENTIONS[kind % 8],
            opening="Hi.",
        )
        for number, kind in enumerate(kinds)
    ]


@given(
    st.lists(st.integers(0, 23), max_size=60),
    st.sampled_from([0.0, 0.2, 0.3, 0.5]),
    st.sampled_from([0.0, 0.3, 0.5]),
    st.integers(0, 5),
)
def test_shares_are_kept_within_one_seeker(kinds, refine, verify, seed):
    """Order and everything but the purpose stay; each purpose is within two of its share."""
    before = seekers(kinds)
    after = dealt(before, refine=refine, verify=verify, seed=seed)
    assert [item.id for item in after] == [item.id for item in before]
    given_out = Counter(item.purpose for item in after)
    for name, share in (("refine", refine), ("verify", verify), ("report", 1 - refine - verify)):
        assert abs(given_out[name] - share * len(kinds)) < 2
        assert share > 0 or given_out[name] == 0
