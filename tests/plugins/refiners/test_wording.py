"""Words for new lines of skills."""

from __future__ import annotations

import pytest

from esc_skills.model import INTENTIONS, PERSONA_TYPES, Label, Taxonomy
from esc_skills_plugins._shared.taxonomy import default_taxonomy
from esc_skills_plugins.guards.plain import plain
from esc_skills_plugins.guards.rules import watching
from esc_skills_plugins.refiners.wording import wording

WORDS = wording(default_taxonomy())


@pytest.mark.parametrize("label", default_taxonomy().actions, ids=lambda label: label.name)
def test_every_action_has_words(label):
    """Each action of the taxonomy has steps, an addition, a pitfall and examples."""
    words = WORDS.action(label.name)
    assert label.name in WORDS.actions
    assert len(words.steps) >= 2
    assert len(words.examples) >= 2
    assert all((words.slug, words.does, words.also, words.pitfall))
    assert all(line.endswith((".", "?")) for line in (*words.steps, words.also, *words.examples))


def test_every_state_and_group_has_words():
    """Each state of the taxonomy and each kind of seeker can be spoken of."""
    assert {label.name for label in default_taxonomy().states} == set(WORDS.states)
    groups = {f"persona_type={name}" for name in PERSONA_TYPES}
    assert groups | {f"intention={name}" for name in INTENTIONS} == set(WORDS.groups)


def test_foreign_labels_get_plain_words():
    """Labels of another taxonomy are spoken of by their definition, unknown ones by their name."""
    other = Taxonomy(
        name="other", actions=(Label(name="hum-along", definition="Hums."),),
        states=(Label(name="floating", definition="Floats about."),),
    )  # fmt: skip
    words = wording(other)
    assert "Hums." in words.action("hum-along").steps[0]
    assert words.state("floating").notice == "Floats about."
    assert words.action("never-heard").does == "never heard"
    assert words.state("").when == "the seeker is unclear"
    assert words.group("age=old") == "seekers with age old"


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ((), ""),
        (("angry",), "the seeker is angry about what others did"),
        (("exhausted", "lonely"), "the seeker is tired out or feels alone or not understood"),
        (
            ("calmer", "opening-up", "overwhelmed", "exhausted"),
            (
                "the seeker's distress has gone down, the seeker begins to tell, has too much at"
                " once or is tired out"
            ),
        ),
    ],
    ids=("none", "one", "two", "another-subject"),
)
def test_several_states_are_one_sentence(labels, said):
    """The subject is said once while it stays the same, and "or" stands before the last."""
    assert WORDS.when(labels) == said


def test_words_keep_the_boundaries():
    """No example or step that the refiner may write breaks a rule for replies."""
    lines = [line for words in WORDS.actions.values() for line in (*words.steps, *words.examples)]
    broken = [
        (rule.id, line)
        for line in lines
        for rule in watching("supporter")
        if rule.fires(plain(line))
    ]
    assert broken == []
