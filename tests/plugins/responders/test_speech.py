"""From an action to words."""

from __future__ import annotations

from esc_skills.model import SeekerState
from esc_skills.testing.contexts import context
from esc_skills_plugins._shared.strategyview import Step, View
from esc_skills_plugins._shared.taxonomy import default_taxonomy
from esc_skills_plugins.responders.choice import Choice
from esc_skills_plugins.responders.memory import remember
from esc_skills_plugins.responders.mirror import Mirror, mirror
from esc_skills_plugins.responders.speech import Speech, said_in
from esc_skills_plugins.responders.wording import default_wording

STATE = SeekerState(scenario="", label="")
PRAISE = Choice(action="praise", strategy="Affirmation and Reassurance", used=("a",))


def speech(*examples: tuple[str, str], mirroring: float = 0.0) -> Speech:
    """Speech with the examples of one skill."""
    return Speech(
        wording=default_wording(),
        memory=remember((), default_taxonomy()),
        examples={"a": examples},
        mirroring=mirroring,
        recall=0.5,
    )


def say(one: Speech, view: View, choice: Choice = PRAISE, seen: Mirror | None = None) -> str:
    """Say it to a calm seeker."""
    return one.say(choice, view, STATE, seen or Mirror(), context().rng)


def test_examples_of_the_skill_come_first() -> None:
    """A line of the bank is preferred to the built-in ones, if it does the action."""
    lines = (("praise", "You wrote that well."), ("inform", "There are groups."))
    assert say(speech(*lines), View((), "Hm.")) == "You wrote that well."


def test_no_sentence_twice() -> None:
    """A line that was said before is not said again, nor one that shares a sentence with it."""
    step = Step("Hm.", "Oh. You wrote that well!", "Others")
    line = ("praise", "You wrote that well. Go on.")
    assert say(speech(line), View((step,), "Hm.")) in default_wording().lines["praise"]


def test_slots_are_filled_or_the_line_is_dropped() -> None:
    """With a topic the line is said with it, without one another line is taken."""
    one = speech(("praise", "You stood by {topic}."))
    seen = Mirror(topic="your dog")
    assert say(one, View((), "Hm."), seen=seen) == "You stood by your dog."
    assert "{" not in say(one, View((), "Hm."))


def test_first_words_greet_and_last_words_part() -> None:
    """Before the seeker has spoken it greets; at a goodbye it wishes well."""
    company = Choice(action="keep-company", strategy="Others")
    assert say(speech(), View((), ""), company) in default_wording().greeting
    assert say(speech(), View((), "Thanks, bye"), company) in default_wording().closing


def test_a_quote_leads_when_nothing_else_takes_the_seeker_up() -> None:
    """The seeker's words come first, in another frame each time."""
    one = speech(mirroring=1.0)
    first = View((), "The landlord threw us out.")
    seen = mirror(first, STATE, default_wording())
    text = say(one, first, seen=seen)
    assert "“The landlord threw us out”" in text
    second = View((Step(first.now, text, "Others"),), "Nobody wants to help.")
    again = say(one, second, seen=mirror(second, STATE, default_wording()))
    assert again.split("“")[0] != text.split("“")[0] or again.split("”")[1] != text.split("”")[1]


def test_it_never_runs_out_of_words() -> None:
    """Over hundreds of turns every sentence is new."""
    steps: tuple[Step, ...] = ()
    one = speech()
    for _ in range(150):
        view = View(steps, "Hm.")
        text = say(one, view)
        assert said_in(view).fresh(text)
        steps = (*steps, Step("Hm.", text, "Others"))
