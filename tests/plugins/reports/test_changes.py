"""Edits, before against after."""

from __future__ import annotations

import pytest

from esc_skills.model import Condition, Edit, Proposal, plain
from esc_skills.testing.samples import bank, skill
from esc_skills_plugins.reports.changes import changes, condition

OLD = skill()
NEW = skill(guidance=("Wait for the answer.", "Then ask."), revision=2)


def proposed(edit: Edit) -> dict:
    return plain(Proposal(bank="b", edits=(edit,)))


def test_a_revision_shows_what_is_other() -> None:
    """Only changed parts; lines gone, kept and new apart."""
    edit = Edit(
        kind="revise", targets=(OLD.name,), skills=(NEW,), reason="r", evidence=("a/b/0", "u")
    )
    (found,) = changes(proposed(edit), bank(OLD))
    assert (found.kind, found.names, found.rests_on) == ("revise", (OLD.name,), 2)
    assert found.traces == ("a/b/0",)
    ((name, (part,)),) = found.differences
    assert (name, part.part) == (OLD.name, "guidance")
    assert part.gone == ("Ask how it feels.",)
    assert part.kept == ("Wait for the answer.",)
    assert part.new == ("Then ask.",)


@pytest.mark.parametrize("before", [None, bank()])
def test_an_added_skill_is_all_new(before) -> None:
    """Nothing is gone; a bank that nobody kept is like an empty one."""
    (found,) = changes(proposed(Edit(kind="add", skills=(NEW,), reason="r")), before)
    ((_, parts),) = found.differences
    assert all(not part.gone and not part.kept and part.new for part in parts)


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (Condition(), "always"),
        (Condition(words="in doubt"), "in doubt"),
        (Condition(states=("sad",), words="in grief"), "in grief (sad)"),
        (Condition(scenarios=("work",), intensity_min=60), "work; distress 60 to 100"),
    ],
    ids=range(4),
)
def test_conditions_are_told_in_words(test: Condition, words: str) -> None:
    """Words first, what code tests in brackets."""
    assert condition(plain(test)) == words
