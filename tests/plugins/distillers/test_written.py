"""No line enters a bank that is somebody's own, too long, or another skill's business."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.testing.samples import skill
from esc_skills_plugins._shared.taxonomy import default_taxonomy
from esc_skills_plugins.distillers.written import (
    WrittenRisk,
    WrittenSkill,
    censor_for,
    rewritten,
    slug,
)

SOURCE = "I sat in the kitchen all night and stared at the blue kettle again"
GOOD = WrittenSkill(
    name="Stay With The Worry!",
    overview="Stay with the worry before you look for ways out.",
    when="the seeker is anxious",
    not_when="the seeker asks for a step",
    guidance=("Name the worry.", "Ask what it is like."),
    pitfalls=("Comforting too soon.",),
    risks=(WrittenRisk(trigger="The seeker goes in circles", severity="HIGH"),),
    examples=("What weighs most?",),
)


@pytest.fixture
def censor(unit):
    """A censor that knows one source."""
    return censor_for([unit(context=SOURCE, text="x")], default_taxonomy())


@given(
    start=st.integers(0, 5),
    change=st.sampled_from([str, str.upper, lambda text: text.replace(" ", ", ")]),
)
def test_copied_lines_are_refused(unit, start, change):
    """S14: eight words of a source in a row never pass, whatever their case and punctuation."""
    censor = censor_for([unit(context=SOURCE, text="x")], default_taxonomy())
    part = " ".join(SOURCE.split()[start : start + 8])
    assert censor.line(f"Say this: {change(part)}.") == ""
    assert censor.counts == {"line copied from a source": 1}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("word " * 200, "line too long"),
        ("Write to anna@example.org.", "line with contact details"),
        ("Look at https://example.org first.", "line with contact details"),
        ("Call 0171 555 0199 now.", "line with contact details"),
        ("Ask whether they want to die.", "line with words of crisis"),
    ],
)
def test_other_lines_that_may_not_stand(censor, line, reason):
    """B20, M18: contact details, crises and walls of text are refused and counted."""
    assert censor.line(line) == ""
    assert censor.counts == {reason: 1}


def test_words_go_onto_what_was_counted(censor):
    """Evidence, actions and expected outcome stay as they were counted."""
    counted = skill()
    made = rewritten(counted, GOOD, censor, risks=True)
    assert made.name == "stay-with-the-worry"
    assert (made.evidence, made.actions) == (counted.evidence, counted.actions)
    assert made.expected == counted.expected
    assert made.applies[0].states == counted.applies[0].states
    assert made.applies[0].words == "the seeker is anxious"
    assert made.pitfalls == ("Comforting too soon.", "Not when: the seeker asks for a step")
    assert made.risks[: len(counted.risks)] == counted.risks
    assert made.risks[-1].severity == "high"
    assert rewritten(counted, GOOD, censor, risks=False).risks == counted.risks


@pytest.mark.parametrize(
    "words",
    [
        WrittenSkill(),
        WrittenSkill(overview="Fine.", guidance=("", "  ")),
        WrittenSkill(overview=SOURCE, guidance=("Ask.",)),
        WrittenSkill(overview="Fine.", guidance=(SOURCE,)),
    ],
)
def test_a_skill_without_words_of_its_own_is_none(censor, words):
    """Nothing is made up in the place of what was refused."""
    assert rewritten(skill(), words, censor, risks=True) is None
    assert censor.counts["skill without overview or guidance"] == 1


def test_a_name_that_is_none_gives_way(censor):
    """A Chinese or empty name leaves the counted one."""
    made = rewritten(skill(), attrs.evolve(GOOD, name="陪伴"), censor, risks=True)
    assert made.name == skill().name


@given(
    st.builds(
        WrittenSkill,
        name=st.text(),
        overview=st.text(),
        when=st.text(),
        not_when=st.text(),
        guidance=st.lists(st.text()).map(tuple),
        pitfalls=st.lists(st.text()).map(tuple),
        risks=st.lists(
            st.builds(WrittenRisk, trigger=st.text(), severity=st.text(), instead=st.text())
        ).map(tuple),
        examples=st.lists(st.text()).map(tuple),
    )
)
def test_no_answer_breaks_a_skill(unit, words):
    """Whatever a model writes is a valid skill of one-line texts, or none."""
    censor = censor_for([unit(context=SOURCE, text="x")], default_taxonomy())
    made = rewritten(skill(), words, censor, risks=True)
    if made is not None:
        texts = (made.overview, *made.guidance, *made.pitfalls, *made.examples)
        assert all(text == " ".join(text.split()) and text for text in texts)
        assert len(made.guidance) <= 5


@given(st.text())
def test_a_slug_is_a_valid_name_or_empty(text):
    """Whatever a model calls it, the bank can hold it."""
    made = slug(text)
    if made:
        assert skill(made).name == made
