"""Every label of the shipped taxonomy has words, and the words are fit to be followed."""

from __future__ import annotations

import re

import pytest

from esc_skills.model import Label, Taxonomy
from esc_skills_plugins._shared.acts import act_reader
from esc_skills_plugins._shared.affect import CRISIS
from esc_skills_plugins._shared.taxonomy import default_taxonomy
from esc_skills_plugins.distillers.wording import wording_for

TAXONOMY = default_taxonomy()
WORDING = wording_for(TAXONOMY)
ORDINARY = [label.name for label in TAXONOMY.states if label.name != CRISIS]
ACTIONS = [label.name for label in TAXONOMY.actions]


@pytest.mark.parametrize("name", ORDINARY)
def test_every_ordinary_state_has_words(name):
    """A clause, a first and a last step, and at least two related states that exist."""
    words = WORDING.state(name)
    assert words.when.startswith("the seeker ")
    assert words.notice.endswith(".")
    assert words.check.endswith(".")
    assert len(words.related) >= 2
    assert set(words.related) <= set(ORDINARY) - {name}


@pytest.mark.parametrize("name", ACTIONS)
def test_every_action_has_words(name):
    """Steps, pitfalls, a way out, related actions, and six or more lines to say."""
    words = WORDING.action(name)
    assert 2 <= len(words.steps) <= 3
    assert len(words.pitfalls) >= 2
    assert words.why
    assert words.also
    assert words.instead
    assert len(words.examples) >= 6
    assert set(words.related) <= set(ACTIONS) - {name}
    sentences = (*words.steps, *words.pitfalls, words.why, words.also, words.instead)
    assert all(text.endswith((".", "?")) for text in sentences)


@pytest.mark.parametrize("name", ACTIONS)
def test_lines_have_at_most_one_known_slot(name):
    """A line can be spoken as it is, or has one slot; at least two lines have none."""
    lines = WORDING.action(name).examples
    slots = [re.findall(r"{(.*?)}", line) for line in lines]
    assert all(found in ([], ["topic"], ["feeling"]) for found in slots)
    assert slots.count([]) >= 2


@pytest.mark.parametrize("name", ACTIONS)
def test_lines_do_what_they_say(name):
    """The lexicon of acts hears a family member of the action in most of its own lines."""
    family = next(group for group in WORDING.families if name in group.labels)
    reader = act_reader(TAXONOMY)
    heard = [set(list(reader.scores(line))[:3]) & set(family.labels) for line in
             WORDING.action(name).examples]  # fmt: skip
    assert sum(map(bool, heard)) >= len(heard) / 2


def test_needs_and_families_cover_all_labels_once():
    """Every ordinary state is in one need, every action in one family."""
    states = [name for group in WORDING.needs for name in group.labels]
    actions = [name for group in WORDING.families for name in group.labels]
    assert sorted(states) == sorted(ORDINARY)
    assert sorted(actions) == sorted(ACTIONS)


def test_strange_labels_get_plain_words():
    """A user's own labels need no words of ours."""
    taxonomy = Taxonomy(
        name="own",
        states=(Label(name="stormy", definition="Wind and rain."),),
        actions=(Label(name="sing", definition="Sings a song.", strategy="Others"),),
    )
    wording = wording_for(taxonomy)
    assert [group.labels for group in wording.needs] == [("stormy",)]
    assert [group.labels for group in wording.families] == [("sing",)]
    assert "Wind and rain" in wording.state("stormy").notice
    assert "Sings a song" in wording.action("sing").steps[1]
    assert wording.state("never-seen").when
