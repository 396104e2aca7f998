"""Laws of storage: what is written is what is read, byte for byte and hash for hash."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills._codec.bankfiles import bank_from_files, bank_to_files, edited_skills
from esc_skills._codec.nouns import dump, from_line, from_lines, load, to_line, to_lines
from esc_skills._store.folder import RunFolder, read_bank
from esc_skills.errors import DataError
from esc_skills.model import Skill, SkillsBank, Trace, content_hash
from esc_skills.testing import strategies


@given(strategies.nouns())
def test_a_line_holds_a_noun(noun: Any) -> None:
    """Every noun survives a JSON line: equal, with an equal hash, and equal bytes again."""
    line = to_line(noun)
    back = from_line(line, type(noun), "x")
    assert "\n" not in line
    assert back == noun
    assert content_hash(back) == content_hash(noun)
    assert to_line(back) == line


@given(st.lists(strategies.traces(most=1), max_size=3))
@settings(max_examples=40)
def test_a_document_holds_its_rows_in_order(traces: list[Trace]) -> None:
    """JSONL keeps order and number."""
    assert list(from_lines(to_lines(traces), Trace, "x")) == traces


@given(strategies.nouns(), st.data())
def test_a_spoilt_row_is_a_data_error(noun: Any, data: st.DataObject) -> None:
    """I05: whichever field is taken away, added or bent, the answer is one DataError."""
    row = dump(noun)
    fields = [field.name for field in attrs.fields(type(noun))]
    name = data.draw(st.sampled_from(fields))
    spoilt = data.draw(
        st.sampled_from(({**row, name: object()}, {**row, name: {"?": 1}}, {**row, "?": 1}))
    )
    with pytest.raises(DataError) as caught:
        load(spoilt, type(noun), "x:1")
    assert caught.value.where.startswith("x:1")


@settings(max_examples=50)
@given(strategies.banks())
def test_a_folder_holds_a_bank(bank: SkillsBank) -> None:
    """A bank survives its files: equal, with an equal hash, equal bytes again, none edited."""
    files = bank_to_files(bank)
    back = bank_from_files(files, "bank")
    assert back == bank
    assert back.hash == bank.hash
    assert bank_to_files(back) == files
    assert edited_skills(files, back, "bank") == ()


@settings(max_examples=15)
@given(strategies.banks(), st.data())
def test_one_edit_by_hand_touches_one_skill(bank: SkillsBank, data: st.DataObject) -> None:
    """A new step in one SKILL.md is loaded and named; every other skill stays as it was."""
    if not bank.skills:
        return
    skill: Skill = data.draw(st.sampled_from(bank.skills))
    with tempfile.TemporaryDirectory() as place:
        path = RunFolder.create(Path(place) / "run").write_bank(0, bank)
        file = path / skill.name / "SKILL.md"
        new = "\n## Guidance\n\n1. A new first step.\n"
        file.write_text(file.read_text("utf-8").replace("\n## Guidance\n", new, 1), "utf-8")
        back, edited = read_bank(path)
    assert edited == (skill.name,)
    changed = back.skill(skill.name)
    assert changed is not None
    assert changed == attrs.evolve(skill, guidance=("A new first step.", *skill.guidance))
    assert [item for item in back.skills if item.name != skill.name] == [
        item for item in bank.skills if item.name != skill.name
    ]
