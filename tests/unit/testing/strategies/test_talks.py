"""Strategies for what is said."""

from __future__ import annotations

from hypothesis import Phase, find, given, settings

from esc_skills.model import Trace, Turn
from esc_skills.testing import strategies

QUICK = settings(phases=[Phase.generate], max_examples=2000, database=None)
"""One example is enough; nobody reads it, so it need not be small."""


@given(strategies.traces())
def test_traces_are_consistent(trace: Trace) -> None:
    """Exchanges are numbered from 0, and a fault is named exactly when it ended the talk."""
    assert [item.index for item in trace.exchanges] == list(range(len(trace.exchanges)))
    assert (trace.ending == "fault") == bool(trace.fault)


@given(strategies.turns("supporter"))
def test_a_speaker_can_be_chosen(turn: Turn) -> None:
    """Laws about supporters draw supporters only."""
    assert turn.speaker == "supporter"


def test_unfinished_talks_are_among_them() -> None:
    """A last reply that nobody read is drawn too."""
    assert find(
        strategies.traces(),
        lambda trace: any(item.reaction is None for item in trace.exchanges),
        settings=QUICK,
    )
