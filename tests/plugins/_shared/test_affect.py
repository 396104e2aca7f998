"""Seekers who say different things are read as being in different states."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.model import Taxonomy
from esc_skills_plugins._shared.affect import Mood, sentiment, state_reader
from esc_skills_plugins._shared.taxonomy import default_taxonomy

READER = state_reader(default_taxonomy())


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("What should I do now?", "undecided"),
        ("It is all my fault, I should have seen it coming.", "self-blaming"),
        ("Why did he do that? I do not get it.", "angry"),
        ("I am so furious with them.", "angry"),
        ("So much is going on, I can't cope any more.", "overwhelmed"),
        ("Nobody is there for me, I am always alone.", "lonely"),
        ("There is no point, nothing ever changes.", "hopeless"),
        ("Whatever.", "guarded"),
        ("Hm.", "guarded"),
        ("I am scared of what might happen next week.", "worried"),
        ("I miss her so much, I cried all evening.", "grieving"),
        ("I am worn out, there is no strength left, so tired.", "exhausted"),
        ("Okay, I will try that tomorrow.", "ready-to-act"),
        ("I feel better now, that helps a lot.", "calmer"),
        ("Thanks, bye, take care!", "closing"),
        ("I want to tell you what happened last week at the harbour.", "opening-up"),
        ("Some days I think everyone is better off without me.", "in-crisis"),
    ],
)
def test_different_words_are_different_states(text, label):
    """One clear sentence is enough for each of the fifteen states."""
    assert READER.read([text]).label == label


@pytest.mark.parametrize(
    ("text", "scenario"),
    [
        ("My boss gives me more work every day at the office.", "work-stress"),
        ("My girlfriend broke up with me.", "breakup"),
        ("I failed my exam at university.", "study-pressure"),
        ("I got laid off and now I need a new job.", "job-crisis"),
        ("My grandmother passed away.", "grief"),
        ("I drink every night, I cannot stay sober.", "substance-use"),
    ],
)
def test_the_topic_is_read_from_the_words(text, scenario):
    """The scenario comes from the words alone, as it must in a live talk."""
    assert READER.read([text]).scenario == scenario


def test_the_last_words_weigh_most():
    """A seeker who was angry and now asks what to do is undecided."""
    texts = ["I am angry at him.", "Fine. What should I do now? Which way is best?"]
    assert READER.read(texts[:1]).label == "angry"
    assert READER.read(texts).label == "undecided"


def test_a_feeling_outlives_one_plain_answer():
    """After self-blame a plain sentence does not make the state new."""
    texts = ["It was all my fault. I am a failure and I hate myself.", "It was on Monday evening."]
    assert READER.read(texts).label == "self-blaming"


def test_a_crisis_echoes():
    """S1: the message after a word of death is still read as a crisis."""
    assert READER.read(["I want to die.", "It is raining here today."]).label == "in-crisis"


def test_a_denied_feeling_is_not_read():
    """``Not angry`` is no anger."""
    assert READER.read(["I am not angry at all, only very tired."]).label == "exhausted"


def test_distress_follows_the_words():
    """Despair reads as more distress than relief."""
    dark = READER.read(["There is no hope, everything is awful and terrible."])
    light = READER.read(["I feel so much better, thank you, that is a wonderful relief."])
    assert dark.intensity > 65 > 40 > light.intensity


def test_cues_are_the_seekers_words():
    """A live reading says what it rests on."""
    assert READER.read(["Honestly it is all my fault"]).cues == ("my fault",)


def test_nothing_said_is_no_strong_state():
    """Before the first word nothing can be read but a beginning."""
    state = READER.read([])
    assert (state.label, state.scenario, state.emotion) == ("opening-up", "", "")


@given(st.lists(st.text(max_size=60), max_size=6))
def test_reading_at_once_and_message_by_message_agree(texts):
    """What extraction reads turn by turn is what a live talk reads from its history."""
    mood = Mood()
    for text in texts:
        mood = READER.add(mood, text)
    live = READER.read(texts)
    carried = READER.state(mood)
    assert (live.label, live.scenario, live.emotion, live.intensity) == (
        carried.label,
        carried.scenario,
        carried.emotion,
        carried.intensity,
    )


def test_an_empty_taxonomy_reads_nothing():
    """A taxonomy without labels gives empty labels, never an error."""
    state = state_reader(Taxonomy(name="bare")).read(["I am angry."])
    assert (state.scenario, state.label) == ("", "")


def test_sentiment_has_a_sign():
    """Good words are above zero, bad ones below, none at zero."""
    assert sentiment("This is wonderful.") > 0 > sentiment("This is horrible.")
    assert sentiment("") == 0.0


def test_importing_is_cheap():
    """The sentiment lexicon is loaded only when a text is read."""
    code = "import sys, esc_skills_plugins._shared.affect; print('vaderSentiment' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
