"""Conversations."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given

from esc_skills.model import Match, Moment, Reaction, SeekerState, Trace, Turn
from esc_skills.testing import strategies


@given(strategies.traces())
def test_the_curve_starts_at_the_opening_and_ends_at_the_final_emotion(trace: Trace) -> None:
    """One point for the opening and one for every scored reply."""
    scored = [item for item in trace.exchanges if item.reaction]
    assert len(trace.curve) == 1 + len(scored)
    assert trace.curve[0] == trace.profile.start_emotion
    assert trace.curve[-1] == trace.emotion


def test_the_seekers_last_words_are_found_behind_the_supporters() -> None:
    """A supporter who speaks twice still answers the seeker."""
    state = SeekerState(scenario="", label="")
    turns = (Turn(speaker="seeker", text="a"), Turn(speaker="supporter", text="b"))
    assert Moment(history=turns, state=state).seeker_text == "a"
    assert Moment(history=(), state=state).seeker_text == ""


@pytest.mark.parametrize(("delta", "emotion"), [(11, 50), (-11, 50), (0, 101), (0, -1)])
def test_a_reaction_is_clamped_before_it_is_made(delta: int, emotion: int) -> None:
    """R38: no step beyond ten points, no emotion beyond the scale."""
    with pytest.raises(ValueError, match="must lie between"):
        Reaction(delta=delta, emotion=emotion)


def test_a_match_names_a_skill() -> None:
    """B21: an offer of nothing is no offer."""
    with pytest.raises(ValueError, match="skill"):
        Match(skill="", score=1.0)


@given(strategies.traces())
def test_a_talk_is_both_sides_words_in_order(trace: Trace) -> None:
    """Seeker and supporter by turns; the last thing the seeker said ends it."""
    said = [text for who, text in trace.talk if who == "supporter"]
    assert said == [item.reply.text for item in trace.exchanges]
    assert [text for who, text in trace.talk if who == "seeker"][: len(said)] == [
        item.seeker for item in trace.exchanges
    ]


@given(strategies.traces())
def test_a_fingerprint_knows_words_and_nothing_else(trace: Trace) -> None:
    """Another arm, id or bank is the same talk; another word is another."""
    other = attrs.evolve(trace, id="x", arm="x", bank="x")
    assert other.fingerprint == trace.fingerprint
    if trace.exchanges:
        first = attrs.evolve(trace.exchanges[0], seeker=trace.exchanges[0].seeker + "!")
        changed = attrs.evolve(trace, exchanges=(first, *trace.exchanges[1:]))
        assert changed.fingerprint != trace.fingerprint
