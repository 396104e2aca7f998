"""The responder's own lines do what they are said to do."""

from __future__ import annotations

import re

import pytest

from esc_skills_plugins._shared.acts import act_reader
from esc_skills_plugins._shared.taxonomy import default_taxonomy
from esc_skills_plugins.responders.wording import default_wording

ACTIONS = [label.name for label in default_taxonomy().actions]


@pytest.mark.parametrize("action", ACTIONS)
def test_every_line_is_read_as_its_action(action: str) -> None:
    """A seeker without a model hears each line as the action it stands for; five or more each."""
    lines = default_wording().lines[action]
    reader = act_reader(default_taxonomy())
    assert len(lines) >= 5
    for line in lines:
        said = line.replace("{topic}", "your exam").replace("{feeling}", "sad")
        assert reader.act(said)[0] == action, line


def test_slots_are_known_and_at_most_one() -> None:
    """Only {topic}, {feeling} and {quote}; never two in a line."""
    wording = default_wording()
    lines = [line for lines in wording.lines.values() for line in lines]
    for line in (*lines, *wording.greeting, *wording.closing):
        assert re.findall(r"\{.*?\}", line) in ([], ["{topic}"], ["{feeling}"])
    assert all(lead.count("{quote}") == 1 for lead in wording.leads)


def test_labels_are_of_the_taxonomy() -> None:
    """Topics are filed under scenarios, and every action has lines."""
    taxonomy = default_taxonomy()
    assert set(default_wording().topics) == {label.name for label in taxonomy.scenarios}
    assert set(default_wording().lines) == set(ACTIONS)


def test_every_action_has_lines_without_slots() -> None:
    """When nothing can be said back, there is still something to say."""
    for lines in default_wording().lines.values():
        assert sum("{" not in line for line in lines) >= 2
