"""What is read of a skill and of a moment."""

from __future__ import annotations

import pytest

from esc_skills.model import Condition, Moment, SeekerState, Turn
from esc_skills.testing.samples import skill, state, taxonomy
from esc_skills_plugins.retrievers.views import first_person, moment_views, skill_views
from esc_skills_plugins.retrievers.words import READ_LIMIT


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("The seeker is lonely.", "I am lonely."),
        ("When the seeker has lost work.", "When I have lost work."),
        ("The seeker lies awake", "I lies awake"),
        ("求助者睡不着", "我睡不着"),
        ("Somebody is ill", "Somebody is ill"),
    ],
)
def test_conditions_in_the_first_person(words, said):
    """Words about the seeker become words of the seeker."""
    assert first_person(words) == said


def test_a_skill_is_read_by_what_says_when():
    """Name, overview, steps, conditions in both persons, and definitions of their labels."""
    one = skill("sleep-well-2", applies=(Condition(words="The seeker is up", states=("worried",)),))
    texts = [text for _, text in skill_views(one, taxonomy())]
    assert texts == [
        "sleep well",
        "Listen before anything else.",
        "Ask how it feels. Wait for the answer.",
        "The seeker is up",
        "I am up",
        "Anxious about what may come.",
    ]


def test_without_a_taxonomy_labels_speak_for_themselves():
    """A label's name is read where no definition is at hand."""
    texts = [
        text for _, text in skill_views(skill(applies=(Condition(states=("let-down",)),)), None)
    ]
    assert "let down" in texts


def test_a_moment_is_its_last_words_and_its_reading():
    """The window counts seeker messages; the reading weighs what the setting says."""
    turns = [
        Turn(speaker=who, text=f"{who} {at}") for at in range(3) for who in ("seeker", "supporter")
    ]
    asked = Moment(history=tuple(turns), state=state())
    said, *read = moment_views(asked, taxonomy(), window=2, state_weight=0.5)
    assert said == (1.0, "seeker 1\nseeker 2")
    assert sum(weight for weight, _ in read) == pytest.approx(0.5)
    assert [text for _, text in read] == ["Work is in danger.", "Anxious about what may come."]


def test_long_messages_are_cut():
    """Only the end of a very long message is read."""
    long = Moment(
        history=(Turn(speaker="seeker", text="a" * 9000),),
        state=SeekerState(scenario="", label=""),
    )
    ((_, text),) = moment_views(long, None, window=1, state_weight=0.5)
    assert len(text) == READ_LIMIT
