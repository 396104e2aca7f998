"""What a supporter's words do is read from cues and from their form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.model import STRATEGIES, Label, Taxonomy
from esc_skills_plugins._shared.acts import act_reader, act_scores, read_act
from esc_skills_plugins._shared.taxonomy import default_taxonomy

READER = act_reader(default_taxonomy())


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("What happened after that?", "explore-situation"),
        ("How does that make you feel?", "explore-feelings"),
        ("What would help you most right now?", "ask-needs"),
        ("What would you tell a friend? How might it look from another angle?", "guide-reflection"),
        ("If I understand you, it sounds like he left without a word.", "paraphrase"),
        ("You must be feeling hurt.", "name-feeling"),
        ("I am so sorry, that hurts. I'm here for you, take your time.", "stay-with-feeling"),
        ("It makes sense that you feel so; anyone would.", "validate"),
        ("I am proud of you, that took courage.", "praise"),
        ("I believe in you. It will get better, don't give up.", "encourage"),
        ("It was not your fault, you deserve better.", "take-side"),
        ("I went through the same; when I was young I had to move too.", "share-experience"),
        ("You could try to write it down. Maybe you should talk to her.", "suggest-step"),
        (
            "On the one hand you could stay, on the other hand you gain time if you leave.",
            "weigh-options",
        ),
        ("Studies say so; according to research there are support groups online.", "inform"),
        ("Perhaps he was afraid. He may have acted so because he felt small.", "explain-others"),
        ("Hello! How are you?", "keep-company"),
    ],
)
def test_clear_words_are_read_as_their_act(text, action):
    """One clear sentence shows each of the seventeen actions."""
    assert action in read_act(text)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_gold_strategy_bounds_the_action(strategy):
    """With a gold strategy the action is always a kind of it, whatever the words."""
    action, found = READER.act("It was not your fault. Why did he go? Try to rest.", (strategy,))
    assert found == strategy
    assert default_taxonomy().strategy_of(action) == strategy


def test_without_gold_the_words_decide():
    """A turn without a label gets the strategy of its strongest act."""
    assert READER.act("How does that make you feel?")[1] == "Question"


def test_no_words_are_company():
    """An empty turn is company, the act without a stance."""
    assert READER.act("") == ("keep-company", "Others")


def test_a_strategy_without_actions_keeps_its_name():
    """A taxonomy that lacks a strategy's actions leaves the label empty."""
    bare = Taxonomy(name="t", actions=(Label(name="ask", definition="x", strategy="Question"),))
    assert act_reader(bare).act("Try this.", ("Providing Suggestions",)) == (
        "",
        "Providing Suggestions",
    )


@given(st.text(max_size=200))
def test_scores_are_sorted_and_known(text):
    """Any text can be read; labels are the taxonomy's and come strongest first."""
    scores = act_scores(text)
    names = {label.name for label in default_taxonomy().actions}
    assert set(scores) <= names
    assert list(scores.values()) == sorted(scores.values(), reverse=True)
