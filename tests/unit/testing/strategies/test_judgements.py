"""Strategies for what is concluded."""

from __future__ import annotations

from hypothesis import Phase, find, given, settings

from esc_skills.model import EDIT_KINDS, Score
from esc_skills.testing import strategies

QUICK = settings(phases=[Phase.generate], max_examples=2000, database=None)
"""One example is enough; nobody reads it, so it need not be small."""


@given(strategies.scores())
def test_no_more_is_scored_than_there_is(score: Score) -> None:
    """``of`` is never less than ``n``."""
    assert score.of >= score.n


def test_every_kind_of_edit_is_among_them() -> None:
    """B18: laws on promotion meet every kind."""
    for kind in EDIT_KINDS:
        assert find(strategies.edits(), lambda edit, kind=kind: edit.kind == kind, settings=QUICK)
