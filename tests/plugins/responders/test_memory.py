"""Which sentences of training dialogues are said again."""

from __future__ import annotations

import pytest

from esc_skills.model import Action, Change, InterventionUnit, Polarity, SeekerState, Source
from esc_skills_plugins._shared.taxonomy import default_taxonomy
from esc_skills_plugins.responders.memory import Memory, remember

STATE = SeekerState(scenario="", label="")
GOOD = "It makes sense that the exam feels heavy."


def unit(
    text: str, dialogue: str = "d0", polarity: Polarity = "positive", action: str = "validate"
) -> InterventionUnit:
    """One unit that answers words about an exam."""
    return InterventionUnit(
        source=Source(dialogue=dialogue, first=1, last=1),
        before=STATE,
        action=Action(label=action, strategy="Affirmation and Reassurance", text=text),
        change=Change(label="calms", polarity=polarity),
        after=STATE,
        context=f"The exam feels heavy, {dialogue}.",
    )


def memory(*units: InterventionUnit) -> Memory:
    """What is kept of some units."""
    return remember(units, default_taxonomy())


HEARD = ["It makes no sense that the exam feels so heavy."]


def test_a_fitting_sentence_comes_back() -> None:
    """Same action, shared words, nothing foreign: it may be said."""
    assert memory(unit(GOOD)).recall("validate", HEARD) == (GOOD,)
    assert memory(unit(GOOD)).recall("praise", HEARD) == ()


def test_foreign_words_keep_a_sentence_back() -> None:
    """A sentence about something that this seeker never named is not said."""
    foreign = "It makes sense that the exam about whales feels heavy."
    assert memory(unit(foreign)).recall("validate", HEARD) == ()


@pytest.mark.parametrize(
    "text",
    [
        "It makes sense that Anna feels so heavy.",
        "It makes sense that the exam 2 feels heavy.",
        "It makes sense, my exam feels heavy too.",
        "It makes sense that the exam feels heavy, dear.",
        "Makes sense, heavy.",
    ],
)
def test_names_numbers_and_first_person_are_dropped(text: str) -> None:
    """What belongs to one talk, or is too short, is never kept."""
    assert memory(unit(text)).sentences == {}


def test_what_went_wrong_is_not_repeated() -> None:
    """Sentences after which a seeker was worse off are left out."""
    assert memory(unit(GOOD, polarity="negative")).sentences == {}


def test_a_sentence_must_do_what_its_turn_did() -> None:
    """A sentence that is read as another action than its turn is left out."""
    assert memory(unit(GOOD, action="suggest-step")).sentences == {}


def test_the_present_dialogue_is_left_out() -> None:
    """A talk that holds the seeker's very words is the present one: nothing of it is said."""
    kept = memory(unit(GOOD))
    assert kept.recall("validate", ["The exam feels heavy, d0."]) == ()


def test_nothing_heard_or_kept_recalls_nothing() -> None:
    """Empty memory, empty history: no sentence, no error."""
    assert memory().recall("validate", HEARD) == ()
    assert memory(unit(GOOD)).recall("validate", []) == ()
