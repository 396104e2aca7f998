"""A run for skills that come from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_skills._engine.banks import chain_faults, faults, load_bank
from esc_skills._practice.founding import Founding
from esc_skills.errors import UsageError


def test_it_holds_what_the_guards_bring(tmp_path: Path) -> None:
    """S5: bank 0 is assembled by the one write path, with its row and its run.json."""
    made = Founding.begin()
    made.settle(tmp_path / "run")
    bank = load_bank(tmp_path / "run")
    assert bank == made.bank
    assert [(one.name, one.protected) for one in bank.skills] == [("crisis-first", True)]
    assert (bank.notes, faults(bank), chain_faults(tmp_path / "run")) == ((), [], [])


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    """O08: what is no run is not made one."""
    (tmp_path / "thesis.doc").write_text("years of work", "utf-8")
    with pytest.raises(UsageError, match="holds other things") as refused:
        Founding.begin().settle(tmp_path)
    assert "--into" in refused.value.hint
    assert [one.name for one in tmp_path.iterdir()] == ["thesis.doc"]
