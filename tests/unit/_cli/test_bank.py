"""Banks on the command line: list, show, check, diff."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


def first_bank(run: Path) -> Path:
    return sorted((run / "banks").iterdir())[0]


def copied(run: Path, to: Path) -> Path:
    shutil.copytree(first_bank(run), to)
    return to


def ordinary(bank: Path) -> Path:
    """A skill file that is no protected one."""
    return next(path for path in sorted(bank.glob("*/SKILL.md")) if "crisis" not in str(path))


@pytest.mark.parametrize("command", ["list", "show", "check"])
def test_bank_commands_read_run_and_bank_folders(give, small_run: Path, command: str) -> None:
    """A bank is named by its own folder or by its run's."""
    bank = sorted((small_run / "banks").iterdir())[-1]
    one, two = give("bank", command, small_run), give("bank", command, bank)
    assert (one.code, two.code) == (0, 0), one.err + two.err
    assert one.out == two.out != ""


def test_a_bank_is_named_by_its_name(give, tmp_path: Path, monkeypatch) -> None:
    """An installed bank goes by its name, unless a folder of that name lies here."""
    monkeypatch.chdir(tmp_path)
    assert give("bank", "check", "starter").code == 0
    assert "starter" in give("bank", "list", "starters").err
    (tmp_path / "starter").mkdir()
    assert "starter" in give("bank", "list", "starter").err


def test_bank_show_names_near_skills(give, small_run: Path) -> None:
    """An unknown skill ends with 2 and near names."""
    said = give("bank", "show", small_run, "crisis-firs")
    assert said.code == 2
    assert "crisis-first" in said.err


def test_bank_diff_shows_both_values(give, small_run: Path, tmp_path: Path) -> None:
    """A hand edit shows as a changed field, and ``check`` notes who was edited."""
    mine = copied(small_run, tmp_path / "mine")
    skill = ordinary(mine)
    text = skill.read_text("utf-8")
    line = next(row for row in text.splitlines() if row.startswith("1. "))
    skill.write_text(text.replace(line, "1. Breathe out first."), "utf-8")
    said = give("bank", "diff", first_bank(small_run), mine)
    assert f"changed {skill.parent.name}" in said.out
    assert "Breathe out first." in said.out
    assert line.removeprefix("1. ") in said.out
    assert f"{skill.parent.name} was edited by hand" in give("bank", "check", mine).out


def test_list_for_machines_names_every_skill(give, small_run: Path) -> None:
    """``--json`` holds name, life, protection and count of evidence of each skill."""
    bank = first_bank(small_run)
    found = give("bank", "list", bank, "--json").json
    assert {skill["name"] for skill in found} == {
        path.parent.name for path in bank.glob("*/SKILL.md")
    }
    assert [skill["name"] for skill in found if skill["protected"]] == ["crisis-first"]
    assert all(skill["evidence"] > 0 for skill in found)


def test_shown_skill_is_its_file(give, small_run: Path) -> None:
    """``bank show BANK SKILL`` prints the skill as its SKILL.md holds it."""
    path = ordinary(first_bank(small_run))
    said = give("bank", "show", first_bank(small_run), path.parent.name)
    assert said.out == path.read_text("utf-8")
    found = give("bank", "show", first_bank(small_run), path.parent.name, "--json").json
    assert found["name"] == path.parent.name


def test_facts_of_a_bank_state_licence_and_stamps(give, small_run: Path) -> None:
    """S15: without a skill the bank's hash, licences and stamps are shown."""
    facts = give("bank", "show", small_run, "--json").json
    assert facts["licences"]
    assert "unreviewed" in facts["notes"]
    assert len(facts["hash"]) == 64


def test_escapes_in_a_skill_never_reach_the_terminal(give, small_run: Path, tmp_path: Path) -> None:
    """O05: what someone wrote into a skill cannot steer the terminal of who reads it."""
    mine = copied(small_run, tmp_path / "mine")
    path = ordinary(mine)
    path.write_text(path.read_text("utf-8").replace("1. ", "1. \u202eevil ", 1), "utf-8")
    for words in (("show", mine, path.parent.name), ("diff", first_bank(small_run), mine)):
        said = give("bank", *words)
        assert said.code == 0, said.err
        assert "evil" in said.out
        assert "\u202e" not in said.out


def test_broken_rule_is_named_with_exit_1(give, small_run: Path, tmp_path: Path) -> None:
    """A skill that lost its evidence breaks S10, and ``check`` says so."""
    mine = copied(small_run, tmp_path / "mine")
    path = ordinary(mine)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    bare = ['  evidence: "[]"\n' if line.startswith("  evidence:") else line for line in lines]
    path.write_text("".join(bare), "utf-8")
    said = give("bank", "check", mine)
    assert said.code == 1, said.err
    assert "S10" in said.out
    assert path.parent.name in said.out


def test_equal_banks_have_no_difference(give, small_run: Path, tmp_path: Path) -> None:
    """A copy differs in nothing; for machines that is an empty list."""
    mine = copied(small_run, tmp_path / "mine")
    assert give("bank", "diff", first_bank(small_run), mine).out == "no skill differs\n"
    assert give("bank", "diff", first_bank(small_run), mine, "--json").json == []


def test_removed_skill_shows_as_removed(give, small_run: Path, tmp_path: Path) -> None:
    """A skill whose folder a person deletes is gone from the bank, and ``diff`` tells."""
    mine = copied(small_run, tmp_path / "mine")
    gone = ordinary(mine).parent
    shutil.rmtree(gone)
    assert f"removed {gone.name}" in give("bank", "diff", first_bank(small_run), mine).out
    assert f"added {gone.name}" in give("bank", "diff", mine, first_bank(small_run)).out
