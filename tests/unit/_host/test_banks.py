"""Banks by name: found through entry points, as components are."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_skills._host.banks import bank_folder, placed
from esc_skills.errors import PluginContractError, UnknownPluginError, UsageError


def test_a_strangers_bank_is_found_by_name(author, tmp_path: Path) -> None:
    """An entry point ``bank.NAME`` offers the folder of a bank; other names are guessed at."""
    source = f"from pathlib import Path\nFOLDER = Path({str(tmp_path)!r})\n"
    catalogue = author("esc-skills-lab", "bank.lab", source).catalogue
    assert bank_folder(catalogue, "lab") == tmp_path
    with pytest.raises(UnknownPluginError, match="did you mean 'lab'"):
        bank_folder(catalogue, "lap")


@pytest.mark.parametrize("source", ["", "FOLDER = '/there/is/none'\n"], ids=["none", "gone"])
def test_a_bank_without_a_folder_is_refused(author, source: str) -> None:
    """A module that names no folder, or one that was not shipped, is told what to write."""
    with pytest.raises(PluginContractError, match="no FOLDER") as caught:
        bank_folder(author("esc-skills-lab", "bank.lab", source).catalogue, "lab")
    assert "FOLDER = " in caught.value.hint


def test_a_folder_goes_before_a_name_and_a_slip_is_guessed_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies there is meant; else a bank of that name; else the path, for others to refuse."""
    monkeypatch.chdir(tmp_path)
    assert (placed(Path("starter")) / "bank.json").is_file()
    assert placed(Path("nowhere")) == Path("nowhere")
    with pytest.raises(UsageError, match="did you mean 'starter'"):
        placed(Path("strter"))
    (tmp_path / "starter").mkdir()
    assert placed(Path("starter")) == Path("starter")
