"""How emotion moves from reply to reply."""

from __future__ import annotations

from esc_skills_plugins.seekers.appraising import Judgement
from esc_skills_plugins.seekers.dynamics import Mood, leaving_chance, step
from esc_skills_plugins.seekers.parameters import load_parameters

NUMBERS = load_parameters()


def judged(appeal: float, *, may_gain: bool = True) -> Judgement:
    """A judgement of some worth."""
    return Judgement(appeal=appeal, may_gain=may_gain, act="asks", reason="")


def test_steps_come_in_grains() -> None:
    """A wish to move is told as one grain or two, never more than the clamp."""
    told = {
        step(Mood(emotion=50, lean=0.0), judged(appeal / 10), 0.0, NUMBERS.dynamics)
        for appeal in range(-40, 41)
    }
    assert told == {-10, -5, 5, 10}


def test_trust_carries_on() -> None:
    """After good steps a middling reply still does good; after bad ones the same does harm."""
    middling = judged(NUMBERS.dynamics["setpoint"])
    assert step(Mood(emotion=40, lean=0.0, trust=8.0), middling, 0.0, NUMBERS.dynamics) > 0
    assert step(Mood(emotion=40, lean=0.0, trust=-8.0), middling, 0.0, NUMBERS.dynamics) < 0


def test_what_may_not_gain_does_not() -> None:
    """With all luck and trust the step stays at 0 or below."""
    mood = Mood(emotion=40, lean=9.0, trust=10.0)
    assert step(mood, judged(9.0, may_gain=False), 9.0, NUMBERS.dynamics) == 0
    assert mood.emotion == 40


def test_the_ends_of_the_scale_hold() -> None:
    """At 0 and 100 the told change is what there was room for."""
    top, bottom = Mood(emotion=97, lean=0.0), Mood(emotion=4, lean=0.0)
    assert step(top, judged(9.0), 0.0, NUMBERS.dynamics) == 3
    assert step(bottom, judged(-9.0), 0.0, NUMBERS.dynamics) == -4
    assert (top.emotion, bottom.emotion) == (100, 0)


def test_nobody_leaves_from_a_good_mood() -> None:
    """A goodbye needs a bad step and a mood that is not good; it is rare then too."""
    assert leaving_chance(Mood(emotion=50, lean=0.0), 5, NUMBERS) == 0.0
    assert leaving_chance(Mood(emotion=80, lean=0.0), -5, NUMBERS) == 0.0
    assert leaving_chance(Mood(emotion=5, lean=0.0), -5, NUMBERS) == 0.0
    assert 0 < leaving_chance(Mood(emotion=50, lean=0.0), -5, NUMBERS) < 0.01
    assert 0 < leaving_chance(Mood(emotion=20, lean=0.0), -5, NUMBERS) < 0.01
