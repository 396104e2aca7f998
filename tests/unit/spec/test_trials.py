"""The optional promise of refiners that want skills tried."""

from __future__ import annotations

from esc_skills.spec import Refiner, TrialRefiner
from esc_skills.testing.doubles import FirstRetriever
from esc_skills_plugins.refiners.paper import PaperRefiner
from esc_skills_plugins.refiners.tally import TallyRefiner


def test_the_promise_is_optional() -> None:
    """A refiner without it is a refiner; one with it is both."""
    tally, paper = TallyRefiner(), PaperRefiner()
    assert isinstance(tally, Refiner)
    assert isinstance(tally, TrialRefiner)
    assert isinstance(paper, Refiner)
    assert not isinstance(paper, TrialRefiner)
    assert not isinstance(FirstRetriever(), TrialRefiner)
