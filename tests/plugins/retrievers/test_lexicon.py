"""BM25 weights as arrays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from esc_skills.model import SkillsBank
from esc_skills.testing import strategies
from esc_skills.testing.samples import bank, skill
from esc_skills_plugins.retrievers.bm25 import weigh
from esc_skills_plugins.retrievers.lexicon import lexicon
from esc_skills_plugins.retrievers.words import skill_text, tokens


@settings(max_examples=40, deadline=None)
@given(strategies.banks(), strategies.moments())
def test_as_bm25_weighs(found, moment):
    """Every word weighs in every skill what it weighs for ``bm25``."""
    made = lexicon(found)
    texts = [tokens(skill_text(one, found.taxonomy), made.stop) for one in found.active]
    expected = weigh(texts)
    got = {
        word: tuple(zip(places.tolist(), weights.tolist(), strict=True))
        for word, (places, weights) in made.postings.items()
    }
    assert {word: tuple(sorted(rows)) for word, rows in got.items()} == expected
    asked = made.asked(moment, 2)
    sums = [
        sum(weight for word in asked for place, weight in expected[word] if place == at)
        for at in range(len(texts))
    ]
    assert made.scores(asked).tolist() == pytest.approx(sums)


def test_shared_words_are_named():
    """The weightiest shared words come first, as the seeker said them."""
    found = bank(
        skill("a", overview="Nights without sleep."), skill("b", overview="Nights of work.")
    )
    made = lexicon(found)
    asked = {"night": "nights", "sleep": "sleeping"}
    assert made.shared({key: asked[key] for key in asked if key in made.postings}, 0) == [
        "sleeping",
        "nights",
    ]


def test_an_empty_bank_has_no_words():
    """Nothing to weigh is no fault."""
    made = lexicon(SkillsBank())
    assert made.postings == {}
    assert made.scores({}).tolist() == []
