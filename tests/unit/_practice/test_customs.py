"""What a reviewer is shown of a stranger's skill."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from smuggled import placed, stranger, text, words

from esc_skills._practice.customs import examine, open_parcel, spelled
from esc_skills.errors import DataError
from esc_skills.model import Skill


def skill(*guidance: str) -> Skill:
    return Skill(name="a", overview="Helps.", guidance=guidance)


def test_hidden_signs_are_spelled_out() -> None:
    """B08: zero width, bidi, tags, variation selectors; other scripts and line ends are not."""
    assert (
        spelled("a\u200bb\u202ec\U000e0041d\ufe0f\x1b")
        == "a<U+200B>b<U+202E>c<U+E0041>d<U+FE0F><U+001B>"
    )
    plain = "Grüße, 你好 — “yes”\n\tسلام é"
    assert spelled(plain) == plain
    (find,) = examine(skill("Be k\u200bind."))
    assert (find.kind, find.where, find.shown) == ("hidden signs", "guidance 1", "Be k<U+200B>ind.")


@pytest.mark.parametrize("one", [one for one in words() if one.find], ids=lambda one: one.id)
def test_what_hides_commands_poses_or_fills_in_is_named(one, tmp_path: Path) -> None:
    """B08 to B11: each kind by name; the words themselves stay as they are."""
    (found,) = open_parcel(one.make(tmp_path)).skills
    assert one.find in {find.kind for find in examine(found)}


def test_ordinary_advice_is_not_suspected() -> None:
    """Control: plain sentences give nothing to look at twice."""
    steps = (
        "Say back in one line what you heard, then ask one open question.",
        "If they say no (or nothing), wait; 10 seconds are not long: stay kind.",
        "Follow the rules of the house, and leave out what you are not sure of.",
    )
    assert examine(skill(*steps)) == ()


def test_no_text_is_slow_to_look_at() -> None:
    """A text that was made to be slow takes no longer than its length."""
    bad = ("<a" * 9_000, "{." * 9_000, "!" * 18_000, "a" * 18_000, "\n" * 18_000, "] " * 9_000)
    start = time.process_time()
    examine(skill(*bad, "ignore " * 2_500, "<|" * 9_000, "[" * 18_000, "reveal " * 2_500))
    assert time.process_time() - start < 3


def test_licences_are_stated_by_files_or_by_the_bank(tmp_path: Path) -> None:
    """S15: each once, sorted; a tag that is none refuses the bundle."""
    files = [
        (f"{name}/SKILL.md", stranger("Be kind.", name, f"license: {tag}\n"))
        for name, tag in (("b", "MIT"), ("c", "CC0-1.0"), ("d", "MIT"))
    ]
    parcel = open_parcel(placed(("a/SKILL.md", text()), *files)(tmp_path / "1"))
    assert parcel.licences == ("CC0-1.0", "MIT")
    assert parcel.actor == "import:bundle"
    long = placed(("b/SKILL.md", stranger("Be kind.", "b", f"license: {'x' * 300}\n")))
    with pytest.raises(DataError, match="licences or sources that are none"):
        open_parcel(long(tmp_path / "2"))
