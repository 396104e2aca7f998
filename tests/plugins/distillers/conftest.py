"""Units written for these tests."""

from __future__ import annotations

import pytest

from esc_skills.model import Action, Change, InterventionUnit, SeekerState, Source
from esc_skills_plugins._shared.taxonomy import default_taxonomy

LABELS = {"positive": "calms", "neutral": "continues", "negative": "withdraws"}


@pytest.fixture(scope="session")
def taxonomy():
    """The shipped taxonomy."""
    return default_taxonomy()


@pytest.fixture(scope="session")
def unit(taxonomy):
    """Make a unit from state, action and polarity; every number is another source."""

    def make(state="worried", action="validate", polarity="positive", number=0, **facts):
        before = {"scenario": "", "emotion": "", "intensity": 60}
        before |= {key: facts.pop(key) for key in tuple(before) if key in facts}
        return InterventionUnit(
            source=Source(
                dialogue=facts.pop("dialogue", f"d-{number}"),
                first=number,
                last=number + 1,
                corpus="own",
                licence="Apache-2.0",
            ),
            before=SeekerState(label=state, **before),
            action=Action(
                label=action,
                strategy=taxonomy.strategy_of(action),
                text=facts.pop("text", "I see."),
            ),
            change=Change(
                label=facts.pop("change", LABELS[polarity]),
                polarity=polarity,
                confidence=facts.pop("confidence", 0.8),
            ),
            after=SeekerState(label=facts.pop("after", "calmer"), scenario="", intensity=40),
            **facts,
        )

    return make


@pytest.fixture(scope="session")
def several(unit):
    """Make several units of one kind, each from a dialogue of its own."""

    def make(count, *kind, start=0, **facts):
        return [unit(*kind, number=start + at, **facts) for at in range(count)]

    return make


@pytest.fixture(scope="session")
def many(several, taxonomy):
    """A whole corpus: every ordinary state with every action, good, plain and bad."""
    made = []
    for row, state in enumerate(label.name for label in taxonomy.states[:-1]):
        for column, action in enumerate(label.name for label in taxonomy.actions):
            start = (row * 17 + column) * 20
            made += several(1 + (row + column) % 4, state, action, "positive", start=start)
            made += several(3, state, action, "neutral", start=start + 6)
            made += several((row * column) % 3, state, action, "negative", start=start + 12)
    return tuple(made)
