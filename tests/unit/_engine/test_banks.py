"""Banks outside a run: opened by path, checked, compared."""

from __future__ import annotations

import shutil
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings

from esc_skills._engine.banks import changed_skills, faults, load_bank, open_bank
from esc_skills._store.folder import RunFolder
from esc_skills.errors import DataError
from esc_skills.model import SkillsBank
from esc_skills.testing import strategies
from esc_skills.testing.samples import bank, protected_skill, skill


def test_run_folder_stands_for_its_last_bank(small_run: Path) -> None:
    """A run, its last bank's folder, and that path as text all open the same bank."""
    last = RunFolder.open(small_run).banks()[-1]
    assert load_bank(small_run) == load_bank(last) == load_bank(str(last))


def test_nobody_edited_a_fresh_bank(small_run: Path) -> None:
    """A bank as it was written holds no skill edited by hand."""
    assert open_bank(small_run)[1] == ()


def test_skill_removed_by_hand_is_named(small_run: Path, tmp_path: Path) -> None:
    """Opening a bank tells which skills a person has touched since it was written."""
    mine = tmp_path / "mine"
    shutil.copytree(RunFolder.open(small_run).banks()[0], mine)
    gone = sorted(mine.glob("*/SKILL.md"))[-1].parent
    shutil.rmtree(gone)
    made, edited = open_bank(mine)
    assert edited == (gone.name,)
    assert made.skill(gone.name) is None


def test_no_bank_is_one_line_with_a_hint(tmp_path: Path) -> None:
    """I01: a path without a bank is a DataError that names it."""
    with pytest.raises(DataError) as refused:
        load_bank(tmp_path / "nowhere")
    assert "nowhere" in refused.value.line


def test_run_without_a_bank_says_how_to_make_one(tmp_path: Path) -> None:
    """A run that stopped before its first bank names the next command."""
    folder = RunFolder.create(tmp_path / "run")
    folder.write_json("run.json", {"schema": 1})
    with pytest.raises(DataError, match="esc-skills distil"):
        load_bank(folder.path)


def test_sound_bank_has_no_faults() -> None:
    """A bank that keeps every rule gives no line."""
    assert faults(bank(skill(), protected_skill())) == []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"evidence": ()}, "S10"),
        ({"guidance": (" ",)}, "bank.guidance"),
        ({"overview": "long " * 5000}, "bank.size"),
    ],
)
def test_broken_rule_is_one_line_that_names_it(changes: dict[str, object], rule: str) -> None:
    """Every rule that a bank must keep is checked, and named by its id."""
    (line,) = faults(bank(skill(**changes)))
    assert rule in line


def test_every_strange_action_is_told() -> None:
    """Actions that the bank's taxonomy does not know are listed, all of them."""
    found = faults(bank(skill(actions=("validate", "dance", "sing"))))
    assert [line.split(" is not ")[0] for line in found] == [
        "listen-first: action 'dance'",
        "listen-first: action 'sing'",
    ]


@settings(max_examples=25)
@given(strategies.banks(most=3))
def test_bank_does_not_differ_from_itself(one: SkillsBank) -> None:
    """No skill of a bank differs from the same skill."""
    assert changed_skills(one, one) == []


@settings(max_examples=25)
@given(strategies.banks(most=3), strategies.banks(most=3))
def test_differences_tell_the_whole_way(old: SkillsBank, new: SkillsBank) -> None:
    """By name, each skill once; what is added one way is removed the other."""
    forth, back = changed_skills(old, new), changed_skills(new, old)
    names = [change["name"] for change in forth]
    assert names == sorted(set(names))
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert [turned[change["change"]] for change in forth] == [change["change"] for change in back]
    same = {item.name for item in old.skills if new.skill(item.name) == item}
    assert set(names) == {item.name for item in (*old.skills, *new.skills)} - same


def test_changed_field_shows_both_values() -> None:
    """Lists are shown as JSON, words as they are."""
    new = attrs.evolve(skill(), overview="Wait.", pitfalls=())
    (change,) = changed_skills(bank(skill()), bank(new))
    assert change["fields"] == {
        "overview": ("Listen before anything else.", "Wait."),
        "pitfalls": ('["Asking twice in a row."]', "[]"),
    }
