"""The shipped taxonomy has the paper's sizes, and every label can be used."""

from __future__ import annotations

from collections import Counter

import pytest

from esc_skills.errors import DataError
from esc_skills.model import STRATEGIES
from esc_skills_plugins._shared.taxonomy import default_taxonomy, load_taxonomy, parse_taxonomy

EMOTIONS = [
    "anger",
    "anxiety",
    "depression",
    "disgust",
    "fear",
    "guilt",
    "jealousy",
    "nervousness",
    "pain",
    "sadness",
    "shame",
]
PROBLEMS = (
    "academic pressure",
    "alcohol abuse",
    "appearance anxiety",
    "breakup with partner",
    "conflict with parents",
    "issues with children",
    "issues with parents",
    "job crisis",
    "ongoing depression",
    "problems with friends",
    "procrastination",
    "school bullying",
    "sleep problems",
)
DIMENSIONS = {"scenarios": 18, "states": 15, "actions": 17, "changes": 14}


@pytest.mark.parametrize(("dimension", "size"), DIMENSIONS.items())
def test_the_sizes_are_the_papers(dimension, size):
    """18 scenarios, 15 states, 17 actions, 14 changes, each name once."""
    names = [label.name for label in getattr(default_taxonomy(), dimension)]
    assert len(names) == len(set(names)) == size


def test_every_change_says_whether_it_is_good():
    """Eight changes are good, two neutral, four bad; no other dimension has a polarity."""
    taxonomy = default_taxonomy()
    counts = Counter(label.polarity for label in taxonomy.changes)
    assert counts == {"positive": 8, "neutral": 2, "negative": 4}
    others = (*taxonomy.scenarios, *taxonomy.states, *taxonomy.actions)
    assert {label.polarity for label in others} == {"neutral"}


def test_every_action_is_a_kind_of_a_strategy():
    """Each action names one of ESConv's eight strategies, and each strategy has an action."""
    assert {label.strategy for label in default_taxonomy().actions} == set(STRATEGIES)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_every_problem_of_the_corpus_has_one_scenario(problem):
    """ESConv's problem labels map to exactly one scenario each."""
    found = [label for label in default_taxonomy().scenarios if problem in label.matches]
    assert len(found) == 1


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_every_emotion_of_the_corpus_has_one_state(emotion):
    """ESConv's eleven emotions map to exactly one state each."""
    found = [label for label in default_taxonomy().states if emotion in label.matches]
    assert len(found) == 1


def test_cues_are_lower_case_and_not_doubled():
    """A cue is written once per label, in lower case, without stray spaces."""
    taxonomy = default_taxonomy()
    for dimension in DIMENSIONS:
        for label in getattr(taxonomy, dimension):
            assert len(set(label.cues)) == len(label.cues), label.name
            assert all(cue == cue.strip().casefold() and cue for cue in label.cues), label.name


def test_all_labels_but_the_plain_one_have_cues():
    """Only ``continues``, which means that nothing stood out, has no cue of its own."""
    taxonomy = default_taxonomy()
    bare = [
        label.name
        for dimension in DIMENSIONS
        for label in getattr(taxonomy, dimension)
        if not label.cues
    ]
    assert bare == ["continues"]


def test_an_empty_path_gives_the_default():
    """No path means the shipped taxonomy."""
    assert load_taxonomy("") is default_taxonomy()


def test_a_missing_file_is_refused(tmp_path):
    """I01: a path that leads nowhere is a DataError with a hint."""
    with pytest.raises(DataError, match="cannot read") as caught:
        load_taxonomy(str(tmp_path / "none.toml"))
    assert caught.value.hint


@pytest.mark.parametrize("text", ["[[", "x = 1", 'name = "a"\n[[state]]\nnam = "b"'])
def test_a_broken_file_is_refused(text):
    """I05: text that is no taxonomy is a DataError that names the place."""
    with pytest.raises(DataError, match=r"here\.toml"):
        parse_taxonomy(text, "here.toml")
