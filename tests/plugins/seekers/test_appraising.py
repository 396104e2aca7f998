"""What a reply is worth to one seeker."""

from __future__ import annotations

from esc_skills.model import Turn
from esc_skills_plugins.seekers.appraising import Judgement, Memory, appraise
from esc_skills_plugins.seekers.hearing import ACTS, hear
from esc_skills_plugins.seekers.parameters import load_parameters

NUMBERS = load_parameters()
SAID = "My landlord wants the cellar back."


def judge(text: str, intention: str = "deep-empathy", memory: Memory | None = None) -> Judgement:
    """Judge a reply to one line."""
    history = (Turn(speaker="seeker", text=SAID), Turn(speaker="supporter", text=text))
    wants = {act: NUMBERS.wants[intention][act] for act in ACTS}
    return appraise(hear(text), history, wants, memory or Memory(), NUMBERS.hearing)


def heard_before(*texts: str) -> Memory:
    """A memory of replies."""
    memory = Memory()
    for text in texts:
        memory.keep(hear(text))
    return memory


def test_touch_with_the_seekers_words_is_worth_something() -> None:
    """The same act is worth more when it takes up what the seeker said."""
    near = judge("It sounds like you feel robbed, the cellar and the landlord.")
    far = judge("It sounds like you feel robbed, the garden and the postman.")
    assert near.appeal > far.appeal


def test_flaws_are_named() -> None:
    """Each kind of bad manner has its reason, and the three worst may not gain."""
    assert judge("Bananas ripen in winter.").reason == "ignored"
    lecture = "You should clear the cellar. You must call him. You need to sue. Never give in."
    assert judge(lecture).reason == "lectured"
    assert judge("You could offer the landlord a date, how about that?").reason == "early"
    grilled = heard_before("Why?", "How?", "When?")
    assert judge("What does the cellar hold, landlord?", memory=grilled).reason == "grilled"
    assert not judge("Bananas ripen in winter.").may_gain
    assert not judge(lecture).may_gain
    assert judge("You could offer the landlord a date, how about that?").may_gain


def test_heard_often_is_worth_less() -> None:
    """Habit takes from an act that is not the wish itself faster than from the wish."""
    comfort, question = "That hurts, I'm here. The cellar.", "What is in the cellar?"
    fresh, used = Memory(), heard_before(*[comfort] * 3, "It makes sense.")
    assert judge(comfort, memory=used).appeal < judge(comfort, memory=fresh).appeal
    asked = heard_before(question, "I see, it makes sense.", question, "I see, it makes sense.")
    lost_wish = judge(comfort, memory=fresh).appeal - judge(comfort, memory=used).appeal
    lost_ask = (
        judge(question, "attentive-listening").appeal
        - judge(question, "attentive-listening", asked).appeal
    )
    assert lost_wish >= 0
    assert lost_ask > 0


def test_one_who_wants_advice_bears_more_of_it() -> None:
    """Five directives lecture others, not the one who was heard and wants advice."""
    plan = "Call him. Write it down. Ask for a date. Set a limit. Talk to the cellar neighbours."
    listened = heard_before("It sounds like you feel robbed. What happened?")
    assert judge(plan, "practical-advice", listened).reason != "lectured"
    assert judge(plan, "deep-empathy", listened).reason == "lectured"


def test_the_wish_is_worth_most() -> None:
    """In the shipped set every intention has one act of worth 1 or two shared ones at the top."""
    for wants in NUMBERS.wants.values():
        assert max(wants.values()) >= 0.8
        assert min(wants.values()) < 0
