"""Labels and quotes of a model become facts only when they hold."""

from __future__ import annotations

import pytest

from esc_skills.model import Turn
from esc_skills_plugins._shared.taxonomy import default_taxonomy
from esc_skills_plugins.extractors.checking import Checker, StateReading, TurnReading


@pytest.fixture
def checker():
    """A checker over the shipped taxonomy."""
    return Checker(taxonomy=default_taxonomy())


def test_unknown_labels_are_mended_or_dropped_and_counted(checker):
    """A near spelling is mended; an invention is dropped."""
    assert checker.label("state", "Worried") == "worried"
    assert checker.label("state", "self blaming") == "self-blaming"
    assert checker.label("state", "possessed by demons") == ""
    assert checker.counts == {"state label mended": 2, "state label dropped": 1}


def test_labels_of_another_dimension_do_not_count(checker):
    """An action is no state."""
    assert checker.label("state", "take-side") == ""


def test_invented_quotes_and_wild_numbers_are_no_facts(checker):
    """Only words that were said stay; distress stays within its range."""
    reading = StateReading(
        state="worried",
        emotion="hatred of mankind",
        intensity=900,
        cues=("cannot sleep", "my dog died"),
    )
    state = checker.state(reading, "I cannot sleep at night.")
    assert state.cues == ("cannot sleep",)
    assert (state.intensity, state.emotion) == (100, "")
    assert checker.counts["quote not in the source"] == 1


@pytest.mark.parametrize(
    ("label", "polarity"),
    [("calms", "positive"), ("continues", "neutral"), ("withdraws", "negative")],
)
def test_polarity_is_that_of_the_label(checker, label, polarity):
    """Local polarity: the taxonomy's word, never the file's or the model's."""
    reading = TurnReading(turn=1, change=label, proof=("thank you",))
    change = checker.change(reading, "Thank you, maybe.", proved=True)
    assert (change.label, change.polarity) == (label, polarity)
    assert not any("thank" in line for line in change.evidence)


def test_a_change_without_proof_is_no_change(checker):
    """An invented quote proves nothing; without the setting the claim stands with less trust."""
    reading = TurnReading(turn=1, change="calms", proof=("I am so calm now",))
    assert checker.change(reading, "Hm.", proved=True).polarity == "neutral"
    claimed = checker.change(reading, "Hm.", proved=False)
    assert (claimed.polarity, claimed.confidence) == ("positive", 0.5)


def test_silence_is_no_change(checker):
    """Where nobody answers there is nothing to judge."""
    reading = TurnReading(turn=1, change="calms", proof=("calm",))
    assert checker.change(reading, " ", proved=False).evidence == ("no answer",)


def test_gold_strategies_stand(checker):
    """The corpus's word wins over the model's; a conflict is counted."""
    turn = Turn(speaker="supporter", text="Hm?", strategies=("Information", "Question"))
    assert checker.action("explore-feelings", turn, gold=True).strategy == "Question"
    assert checker.action("praise", turn, gold=True).strategy == "Information"
    assert checker.action("praise", turn, gold=False).strategy == "Affirmation and Reassurance"
    assert checker.action("nonsense", turn, gold=True).strategy == "Information"
    assert checker.counts["action against the gold strategy"] == 1
