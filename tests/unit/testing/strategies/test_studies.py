"""Strategies for what studies find."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, find, given, settings

from esc_skills.model import Contrast, StudyRecord
from esc_skills.model.study import WORDS
from esc_skills.testing import strategies

QUICK = settings(
    phases=[Phase.generate],
    max_examples=2000,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@given(strategies.contrasts())
def test_no_more_pairs_are_compared_than_there_are(contrast: Contrast) -> None:
    """``of`` is never less than ``n``."""
    assert contrast.of >= contrast.n


def test_every_verdict_is_among_them() -> None:
    """Laws on reports meet every word that a contrast may be called."""
    for word in WORDS:
        assert find(
            strategies.contrasts(), lambda one, word=word: one.verdict == word, settings=QUICK
        )


def test_studies_hold_something_of_everything() -> None:
    """Somewhere among the first studies are tables with rows, items and prices."""

    def rich(study: StudyRecord) -> bool:
        rows = any(table.rows for table in study.tables)
        items = any(score.items for score in study.scores)
        return rows and items and any(cost.usd for cost in study.costs)

    assert find(strategies.studies(), rich, settings=QUICK)
