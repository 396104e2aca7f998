"""A bank as a folder of Agent Skills and one bank.json."""

from __future__ import annotations

import json

import pytest

from esc_skills._codec.bankfiles import bank_from_files, bank_to_files, edited_skills
from esc_skills.errors import DataError
from esc_skills.model import Label, Skill, SkillsBank, Table, Taxonomy

BANK = SkillsBank(
    skills=tuple(Skill(name=name, overview="O.", guidance=("Do it.",)) for name in ("a", "b-c")),
    tables=(Table(name="w", rows=("r",), columns=tuple("abcdef" * 9), values=((0.123456,) * 54,)),),
    taxonomy=Taxonomy(name="t-1", states=(Label(name="sad", definition="Is sad."),)),
    parent="0" * 64,
    licences=("Apache-2.0", "CC-BY-NC-4.0"),
    notes=("unreviewed",),
)


def refused(files: dict[str, bytes]) -> DataError:
    with pytest.raises(DataError) as caught:
        bank_from_files(files, "bank")
    return caught.value


def test_a_bank_comes_back_with_its_hash() -> None:
    """Equal noun, equal content hash, no skill counted as edited."""
    files = bank_to_files(BANK)
    assert sorted(files) == ["a/SKILL.md", "b-c/SKILL.md", "bank.json"]
    back = bank_from_files(files, "bank")
    assert (back, back.hash) == (BANK, BANK.hash)
    assert edited_skills(files, back, "bank") == ()


def test_equal_banks_give_equal_bytes_that_diff_well() -> None:
    """The same bank is the same bytes; a row of figures stays on one line."""
    text = bank_to_files(BANK)["bank.json"].decode()
    assert text == bank_to_files(BANK)["bank.json"].decode()
    assert any(line.count("0.123456") == 54 for line in text.splitlines())
    assert "skills" not in json.loads(text)


def test_licences_stand_in_every_skill() -> None:
    """S15: the licence of the evidence is in the front matter of each skill."""
    assert b'license: "Apache-2.0, CC-BY-NC-4.0"' in bank_to_files(BANK)["a/SKILL.md"]


def test_hand_edits_are_loaded_and_named() -> None:
    """An edited, an added and a removed skill are seen and named, none is lost."""
    files = bank_to_files(BANK)
    files["a/SKILL.md"] = files["a/SKILL.md"].replace(b"Do it.", b"Do it slowly.")
    files["d/SKILL.md"] = files.pop("b-c/SKILL.md").replace(b"name: b-c", b"name: d")
    back = bank_from_files(files, "bank")
    assert [skill.name for skill in back.skills] == ["a", "d"]
    assert back.skills[0].guidance == ("Do it slowly.",)
    assert edited_skills(files, back, "bank") == ("a", "b-c", "d")


def test_other_files_are_passed_over() -> None:
    """A README or a picture in the folder is nobody's business."""
    files = {**bank_to_files(BANK), "README.md": b"x", "a/pic.png": b"\xff"}
    assert bank_from_files(files, "bank") == BANK


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'"schema": 1', b'"schema": 7', "schema 7"),
        (b'"kind": "skills-bank"', b'"kind": "x"', "does not describe a skills bank"),
        (b'"notes"', b'"nots"', "did you mean 'notes'"),
        (b'"parent": "', b'"parent": 1, "parent": "', "stands twice"),
        (b'"hashes": {', b'"hashes": [{', "not JSON"),
        (b'"rows": ["r"]', b'"rows": ["r", "s"]', "1 rows, 2 names"),
    ],
)
def test_a_damaged_index_is_refused(old: bytes, new: bytes, said: str) -> None:
    """B17: a newer schema, foreign or damaged bank.json is named, with the file."""
    files = bank_to_files(BANK)
    assert old in files["bank.json"]
    files["bank.json"] = files["bank.json"].replace(old, new)
    found = refused(files)
    assert said in found.message
    assert "bank.json" in found.where


def test_a_folder_that_is_no_bank_says_so() -> None:
    """I01: the remedy is in the hint."""
    found = refused({"a/SKILL.md": b""})
    assert "no bank.json" in found.message
    assert "banks/" in found.hint


def test_a_skill_in_a_folder_of_another_name_is_refused() -> None:
    """A skill's folder bears its name, as the standard wants."""
    files = bank_to_files(BANK)
    files["x/SKILL.md"] = files.pop("a/SKILL.md")
    assert "rename the folder to a" in refused(files).hint


def test_a_bank_that_no_file_can_hold_is_refused() -> None:
    """NaN in a table is a DataError, not a broken file."""
    bank = SkillsBank(
        tables=(Table(name="w", rows=("r",), columns=("c",), values=((float("nan"),),)),)
    )
    with pytest.raises(DataError, match="cannot be written"):
        bank_to_files(bank)
