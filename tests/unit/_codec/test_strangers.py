"""Skills that no version of ours wrote."""

from __future__ import annotations

import pytest

from esc_skills._codec.skillmd import write_skill
from esc_skills._codec.strangers import read_any_skill
from esc_skills.errors import DataError
from esc_skills.model import Skill

HEAD = "---\nname: kind-words\ndescription: Says kind words.\n"


def test_words_are_taken_as_they_stand() -> None:
    """The description is the overview, each paragraph or list a step, a heading goes with it."""
    body = "# Kind\n\n## How\n\nBe kind.\nAlways.\n\n- Wait.\n- {{ask}}\n\n# End\n"
    skill, licence = read_any_skill(f"{HEAD}license: MIT\n---\n\n{body}", "x")
    assert (skill.name, skill.overview, skill.life) == (
        "kind-words",
        "Says kind words.",
        "quarantined",
    )
    assert skill.guidance == ("# Kind\n## How\nBe kind.\nAlways.", "- Wait.\n- {{ask}}", "# End")
    assert licence == "MIT"


def test_metadata_of_others_say_nothing() -> None:
    """A stranger's metadata are passed over, also `life` and `protected`."""
    matter = "metadata:\n  author: x\n  version: '1.0'\n  life: active\n  protected: 'true'\n"
    skill, _ = read_any_skill(f"{HEAD}{matter}---\nBe kind.\n", "x")
    assert (skill.life, skill.protected) == ("quarantined", False)


def test_ours_come_back_whole() -> None:
    """A file of ours is read by its own rules."""
    skill = Skill(name="a", overview="O.", guidance=("Do.",), pitfalls=("Hurry.",))
    assert read_any_skill(write_skill(skill, licence="CC0-1.0"), "x") == (skill, "CC0-1.0")


@pytest.mark.parametrize(
    ("matter", "line"),
    [("version: 1\n", "x:4"), ("license: {}\n", "x:4"), ("", "x:5")],
    ids=["key", "flow", "empty"],
)
def test_what_cannot_be_read_is_refused_with_its_line(matter: str, line: str) -> None:
    """B05, B06: by file and line."""
    with pytest.raises(DataError) as caught:
        read_any_skill(f"{HEAD}{matter}---\n", "x")
    assert caught.value.where == line
