"""Which of the seeker's words are said back, and which never."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.model import SeekerState
from esc_skills_plugins._shared.strategyview import Step, View
from esc_skills_plugins.responders.mirror import Mirror, mirror
from esc_skills_plugins.responders.wording import default_wording


def look(text: str, *earlier: Step, scenario: str = "", label: str = "") -> Mirror:
    """What can be said back of a last message."""
    state = SeekerState(scenario=scenario, label=label)
    return mirror(View(earlier, text), state, default_wording())


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("I failed my exam.", "your exam"),
        ("It is about my last exam", "your last exam"),
        ("My boss shouted at me", "the whole story with your boss"),
        ("my gosh what a day", ""),
    ],
)
def test_topic(text: str, topic: str) -> None:
    """A thing or a person of the seeker's is named; other words after "my" are not."""
    assert look(text).topic == topic


def test_topic_is_what_came_first_and_not_twice_in_a_row() -> None:
    """The matter stays the one that the talk began with; a topic just named gives way."""
    step = Step("My boss hates me.", "I see.", "Others")
    text = "I told my sister."
    assert look(text, step).topic == "the whole story with your boss"
    named = Step("My boss hates me.", "So the whole story with your boss hurts.", "Others")
    assert look("Yes.", named, scenario="work-stress").topic == "the strain at work"


def test_the_dead_are_no_story() -> None:
    """In grief a person is not named, the loss is."""
    assert look("My mother died.", scenario="grief").topic == "your loss"


@pytest.mark.parametrize(
    ("text", "label", "feeling"),
    [
        ("I feel so ashamed.", "", "ashamed"),
        ("I am not sad.", "", ""),
        ("She was angry.", "worried", "worried"),
        ("fine", "calmer", ""),
    ],
)
def test_feeling(text: str, label: str, feeling: str) -> None:
    """Only what seekers say of themselves, never what they deny; else the state's word."""
    assert look(text, label=label).feeling == feeling


def test_quote_is_a_short_telling_clause() -> None:
    """The clause with most content is quoted, never one with digits or signs."""
    assert look("Hi. My landlord threw us out, and I am here").quote == "My landlord threw us out"
    assert look("Call me on 555 1234 please now").quote == ""
    assert look("yes").quote == ""


def test_a_quote_is_not_used_twice() -> None:
    """What was quoted before is not quoted again."""
    step = Step("x", "You say “my landlord threw us out”.", "Others")
    assert look("My landlord threw us out.", step).quote == ""


def test_a_line_with_an_empty_slot_is_not_used() -> None:
    """Slots are filled or the line is dropped."""
    assert Mirror().fill("About {topic}.") == ""
    assert Mirror(topic="your exam").fill("{topic} matters.") == "Your exam matters."


@given(st.text(max_size=200))
def test_any_text_can_be_mirrored(text: str) -> None:
    """Whatever is written, nothing of it can open a slot or break out of a quote."""
    seen = look(text)
    assert not set('{}“”"') & set(seen.quote + seen.topic + seen.feeling)
    assert len(seen.quote.split()) <= 10
