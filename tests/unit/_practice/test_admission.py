"""Which banks may meet people: by stamps, and by where they come from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from esc_skills._practice.admission import admit, find, open_named
from esc_skills.errors import BankRuleError, EscSkillsError, UsageError
from esc_skills.testing.samples import bank, skill


@pytest.mark.parametrize("unreviewed", [False, True])
@pytest.mark.parametrize("installed", [False, True])
@pytest.mark.parametrize(
    "notes",
    [(), ("unreviewed",), ("imported",), ("imported", "unreviewed"), ("no-guard",)],
    ids=lambda notes: "+".join(notes) or "clean",
)
def test_stamps_decide_who_is_let_in(
    notes: tuple[str, ...], installed: bool, unreviewed: bool
) -> None:
    """S4: made without guards, never. S9: unreviewed needs a word, unless it was installed."""
    made = bank(skill(), notes=notes)
    rule = "S4" if "no-guard" in notes else ""
    if "unreviewed" in notes and not (installed or unreviewed):
        rule = "S9"
    if not rule:
        shown = admit(made, unreviewed=unreviewed, installed=installed, to="chat")
        assert shown == notes
        return
    with pytest.raises(BankRuleError, match="chat refuses it") as caught:
        admit(made, unreviewed=unreviewed, installed=installed, to="chat")
    assert caught.value.where == rule


def test_a_run_is_found_with_its_units(small_run: Path) -> None:
    """The last bank of a run brings the units that it was made from; so does its own folder."""
    whole = find(small_run)
    assert whole.units
    assert not whole.installed
    last = max((small_run / "banks").iterdir())
    assert find(last).units == whole.units
    assert open_named(str(small_run)) == (whole.bank, str(small_run))


def test_words_changed_by_hand_are_unreviewed(small_run: Path, tmp_path: Path) -> None:
    """B15: whoever writes ``unreviewed`` out of a bank, or edits a skill, reviews nothing."""
    copy = tmp_path / "mine"
    shutil.copytree(max((small_run / "banks").iterdir()), copy)
    index = copy / "bank.json"
    text = index.read_text("utf-8")
    assert '"unreviewed"' in text
    index.write_text(text.replace('"unreviewed"', '"fine"'), "utf-8")
    found = find(copy)
    assert "unreviewed" in found.bank.notes
    assert found.units == ()


def test_names_go_before_folders_and_a_miss_names_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installed bank is found by name; what is neither is told what there is."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "starter").mkdir()
    assert find("starter").installed
    with pytest.raises(UsageError, match=r"no bank is called 'startr'.*starter"):
        find("startr")
    with pytest.raises(EscSkillsError):
        find("./starter")
