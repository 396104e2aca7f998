"""A live history and the units cut from it are seen alike; the strategy model needs that."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills.model import STRATEGIES, Dialogue, Turn
from esc_skills.testing.contexts import context
from esc_skills_plugins._shared.strategyfeatures import features, grams
from esc_skills_plugins._shared.strategyview import View, view_of, views_of
from esc_skills_plugins.extractors.annotated import Annotated

WORDS = st.lists(
    st.sampled_from(["I", "feel", "bad.", "Why?", "thanks", "no", "my job!", "bye  now"]),
    min_size=1,
    max_size=8,
).map(" ".join)
SEEKER = st.builds(Turn, speaker=st.just("seeker"), text=WORDS)
SUPPORTER = st.builds(
    Turn,
    speaker=st.just("supporter"),
    text=WORDS,
    strategies=st.sampled_from(STRATEGIES).map(lambda name: (name,)),
)
TURNS = st.lists(st.one_of(SEEKER, SUPPORTER), min_size=1, max_size=25).map(tuple)


@settings(max_examples=60, deadline=None)
@given(TURNS)
def test_units_and_history_give_the_same_view(turns: tuple[Turn, ...]) -> None:
    """What is learnt from when fitting is what is looked at when a reply is due."""
    dialogue = Dialogue(id="d", turns=turns, corpus="sample", licence="Apache-2.0")
    units = asyncio.run(Annotated().extract(dialogue, context()))
    for unit, view in views_of(units[::-1]):
        live = view_of(turns[: unit.source.first])
        assert view == live
        assert features(view) == features(live)
        assert grams(view) == grams(live)


def test_an_empty_history_is_an_empty_view() -> None:
    """Before the first word there is nothing, and it has features all the same."""
    assert view_of(()) == View((), "")
    assert features(View((), ""))["bias"] == 1.0
    assert (View((), "").heard, View((), "").said) == ("", "")


def test_a_supporter_who_goes_on_hears_the_words_before() -> None:
    """After two supporter turns in a row nothing is new, but the last words are still known."""
    turns = (
        Turn(speaker="seeker", text="Hi."),
        Turn(speaker="seeker", text="I am sad."),
        Turn(speaker="supporter", text="Oh.", strategies=("Others",)),
    )
    view = view_of(turns)
    assert (view.now, view.heard, view.said) == ("", "Hi. I am sad.", "Oh.")
    assert view.steps[0].strategy == "Others"
