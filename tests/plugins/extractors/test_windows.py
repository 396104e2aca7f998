"""Long dialogues are cut so that every supporter turn is read once, with its answer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from esc_skills.model import Turn
from esc_skills_plugins.extractors.windows import spans, windows

TALKS = st.lists(st.sampled_from(["seeker", "supporter"]), min_size=1, max_size=40).map(
    lambda who: tuple(Turn(speaker=name, text=f"t{at}") for at, name in enumerate(who))
)


@given(TALKS, st.integers(2, 12), st.integers(0, 8))
def test_every_supporter_turn_is_annotated_once(turns, size, overlap):
    """No turn is lost or doubled; turn and answer are always shown."""
    cuts = tuple(windows(turns, size, overlap))
    asked = [span.index for cut in cuts for span in cut.spans]
    assert asked == [at for at, turn in enumerate(turns) if turn.speaker == "supporter"]
    for cut in cuts:
        assert 0 <= cut.first <= cut.last < len(turns)
        assert all(cut.first <= span.index <= span.last <= cut.last for span in cut.spans)


def test_overlap_shows_what_came_before():
    """Context turns are shown, not annotated again."""
    turns = tuple(
        Turn(speaker="supporter" if at % 2 else "seeker", text=str(at)) for at in range(9)
    )
    second = tuple(windows(turns, 4, 2))[1]
    assert (second.first, second.last) == (2, 8)
    assert [span.index for span in second.spans] == [5, 7]


def test_blocks_of_one_speaker_belong_together():
    """Several seeker messages are one context and one answer."""
    who = ["seeker", "seeker", "supporter", "supporter", "seeker", "seeker", "supporter"]
    turns = tuple(Turn(speaker=name, text=str(at)) for at, name in enumerate(who))
    first, second, last = spans(turns)
    assert (first.context, first.answer, first.last) == ("0 1", "4 5", 5)
    assert (second.context, second.last) == ("0 1", 5)
    assert (last.context, last.answer, last.last) == ("4 5", "", 6)
