"""Ready-made nouns are good nouns."""

from __future__ import annotations

import pytest

from esc_skills._codec.skillmd import read_skill, write_skill
from esc_skills._stages.rules import check_bank
from esc_skills.testing import samples


def test_sample_bank_keeps_every_rule() -> None:
    """What tests start from is a bank that could be promoted."""
    check_bank(samples.bank(), protected=())
    guarded = samples.bank(samples.skill(), samples.protected_skill())
    check_bank(guarded, protected=(samples.protected_skill(),))


def test_skills_are_written_in_the_sample_taxonomy() -> None:
    """Actions, states and changes of sample skills are labels that the taxonomy knows."""
    known = samples.taxonomy()
    for item in (samples.skill(), samples.protected_skill()):
        assert all(known.label("action", name) for name in item.actions)
        assert all(known.label("change", name) for name in item.expected.changes)
        states = [name for test in item.applies for name in test.states]
        assert states
        assert all(known.label("state", name) for name in states)
    assert known.label("state", samples.state().label)
    assert known.label("scenario", samples.state().scenario)


def test_sample_skill_has_every_part_filled() -> None:
    """A test that loses a part of a skill on some way sees it."""
    item = samples.skill()
    for part in ("applies", "actions", "guidance", "risks", "pitfalls", "examples", "evidence"):
        assert getattr(item, part), part
    assert read_skill(write_skill(item), "sample") == item


def test_sample_skill_fits_the_sample_state() -> None:
    """The worried seeker is one whom the skill is for; the protected one is for danger."""
    assert samples.skill().fits(samples.state())
    assert not samples.protected_skill().fits(samples.state())
    assert samples.protected_skill().fits(samples.state(label="in-crisis"))


@pytest.mark.parametrize(
    ("made", "field", "value"),
    [
        (samples.skill("other", overview="Mine."), "overview", "Mine."),
        (samples.protected_skill(revision=3), "revision", 3),
        (samples.state(intensity=1), "intensity", 1),
        (samples.profile("p9", purpose="verify"), "purpose", "verify"),
        (samples.bank(notes=("n",)), "notes", ("n",)),
    ],
)
def test_every_field_is_open_to_change(made: object, field: str, value: object) -> None:
    """A keyword changes the field, the rest stays as the sample has it."""
    assert getattr(made, field) == value


def test_bank_sorts_what_it_is_given() -> None:
    """A test may name skills in any order."""
    made = samples.bank(samples.skill("b"), samples.skill("a"))
    assert [item.name for item in made.skills] == ["a", "b"]
    assert len(samples.bank().skills) == 2
