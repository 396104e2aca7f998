"""Blank turns go; adjacent ones are counted, or merged without losing a label."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from esc_skills.model import STRATEGIES, Turn
from esc_skills_plugins._shared.tally import Tally
from esc_skills_plugins._shared.turns import arranged

TURNS = st.lists(
    st.builds(
        Turn,
        speaker=st.sampled_from(["seeker", "supporter"]),
        text=st.sampled_from(["", "a", "b"]),
        strategies=st.lists(st.sampled_from(STRATEGIES), max_size=2, unique=True).map(tuple),
        feedback=st.none() | st.integers(1, 5),
    ),
    max_size=8,
)


@given(TURNS)
def test_merging_keeps_words_labels_and_alternation(turns):
    """I09: merged speakers alternate; every word and every strategy of a spoken turn is kept."""
    merged = arranged(turns, "x", Tally(), merge=True)
    spoken = [turn for turn in turns if turn.text]
    assert all(one.speaker != two.speaker for one, two in pairwise(merged))
    assert " ".join(turn.text for turn in merged) == " ".join(turn.text for turn in spoken)
    assert {name for turn in merged for name in turn.strategies} == {
        name for turn in spoken for name in turn.strategies
    }


@given(TURNS)
def test_without_merging_spoken_turns_stay_as_they_are(turns):
    """I07, I09: only blank turns go, and the counts say how many went and how many adjoin."""
    tally = Tally()
    spoken = tuple(turn for turn in turns if turn.text)
    assert arranged(turns, "x", tally, merge=False) == spoken
    adjoining = sum(one.speaker == two.speaker for one, two in pairwise(spoken))
    assert tally.counts.get("blank turn dropped", 0) == len(turns) - len(spoken)
    assert sum(tally.counts.values()) == adjoining + len(turns) - len(spoken)


def test_the_last_feedback_counts():
    """Of several ratings in merged messages the seeker's last word is kept."""
    turns = [
        Turn(speaker="seeker", text="a", feedback=2),
        Turn(speaker="seeker", text="b", feedback=4),
    ]
    assert arranged(turns, "x", Tally(), merge=True)[0].feedback == 4
